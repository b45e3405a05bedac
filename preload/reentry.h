/* SPDX-License-Identifier: Apache-2.0
 *
 * The guard against re-entrancy.  A signal handler may interrupt an event at any instruction
 * and allocate or free: its event borrows a context and counts with atomic adds.  It may also
 * leave by longjmp, and then the interrupted event never ends: the next event of the thread
 * finds out by comparing stack pointers.  All of this is private to a thread; the fences
 * order it for the thread's own handlers.
 */
#ifndef MEMPROF_REENTRY_H
#define MEMPROF_REENTRY_H

#include "preload/context.h"
#include "preload/process/process.h"
#include "preload/process/thread.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

/* Around everything that looks at process-wide tables.  While inside > 0, a fork in a signal
 * handler keeps these tables in the child instead of wiping them (process/fork.c). */
static inline void reentry_begin_use(struct thread *t)
{
    t->inside++;
    atomic_signal_fence(memory_order_seq_cst);
}

static inline void reentry_end_use(struct thread *t)
{
    atomic_signal_fence(memory_order_seq_cst);
    t->inside--;
}

/* Was the event that event_sp of this thread belongs to left by longjmp?  `sp` is the caller's
 * stack pointer. */
__attribute__((cold)) bool reentry_event_abandoned(uintptr_t sp);

/* The cold half of reentry_enter(): there is no context yet, or an event is under way. */
__attribute__((cold)) struct event_context *reentry_enter_slow(uintptr_t sp);

/* Begins an event: the context to record it with, or NULL when there is no memory for one.
 * event_sp marks the outermost event of the thread as under way.  The two of a pair must be
 * called by the same function, whose frame names the event. */
static inline __attribute__((always_inline)) struct event_context *reentry_enter(struct thread *t)
{
    uintptr_t sp = (uintptr_t)__builtin_frame_address(0);
    struct event_context *context = t->context;
    if (__builtin_expect(!context || t->event_sp || t->fork_generation != fork_generation, 0))
        context = reentry_enter_slow(sp);
    else
        t->event_sp = sp;
    /* The compiler must not move the event out of the time in which handlers see it. */
    atomic_signal_fence(memory_order_seq_cst);
    return context;
}

static inline __attribute__((always_inline)) void reentry_leave(struct thread *t,
                                                                struct event_context *context)
{
    atomic_signal_fence(memory_order_seq_cst);
    context_return(context);
    if (t->event_sp == (uintptr_t)__builtin_frame_address(0))
        t->event_sp = 0;
}

#endif
