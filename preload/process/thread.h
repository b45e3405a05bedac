/* SPDX-License-Identifier: Apache-2.0
 *
 * What each thread has of its own: zero-initialised initial-exec TLS, without
 * constructor or destructor, so that it costs nothing to a thread that does not
 * allocate.
 */
#ifndef MEMPROF_THREAD_H
#define MEMPROF_THREAD_H

#include "preload/base/hidden.h"

#include <stdbool.h>
#include <stdint.h>

#define THREAD_ID_NONE UINT32_MAX /* no calls, or a vfork's child asks */

struct event_context;

struct thread {
    uint64_t countdown; /* bytes up to and including the next mark, at most the interval */
    uint64_t reserve;   /* how much further away the mark lies */
    uint64_t mark;      /* where in its stratum the mark lies, 1..interval */
    uint64_t random;    /* stream of random.h */
    struct event_context *context; /* what it records with (context.h); NULL: it recorded nothing
                                    * yet */
    uint32_t fork_generation;      /* the value of fork_generation that `context` belongs to */
    uint32_t inside;               /* > 0: it is using process-wide tables (reentry.h) */
    uint32_t internal; /* > 0: it is in a call of ours into libc, whose allocations pass through */
    bool seeded;
    uint32_t refusals;               /* times that all counter shards were found in use */
    uintptr_t event_sp;              /* stack pointer of the outermost event under way; 0: none */
    uintptr_t stack_low, stack_high; /* own stack: readable range; 0: not known yet */
    uintptr_t stack_floor;           /* it does not reach below this; 0: not known yet */
};

extern HIDDEN __thread struct thread thread;

/* Around work of ours that calls into libc: what it allocates is not recorded, a
 * pending cancellation waits, errno is put back. */
struct internal {
    int error;
    int cancel_state;
};
void thread_internal_begin(struct internal *internal);
void thread_internal_end(const struct internal *internal);

/* Notes which thread is the process's first, when called by it; looks up what libc has. */
void thread_init(void);

/* The process has no other thread, by libc's word (glibc 2.32); false: it may have. */
bool thread_is_only(void);

/* The kernel's number of this thread.  And: has the one with this number ended?  Nobody is
 * told when a thread ends: pthread keys are the target's to use up, and libc's other ways
 * take the loader's lock.  A number that was given out again counts as alive. */
uint32_t thread_id(void);
bool thread_is_gone(uint32_t id);

/* Makes some system calls while it learns how far down the own stack reaches, which is
 * a bounded number for each thread and each page of its stack; none for a stack that is
 * known to be another one. */
bool thread_stack_learn(uintptr_t sp);

/* Own stack's readable range is known to reach down to `sp`; false when sp lies
 * on another stack (a fiber's, a signal's), or may do so. */
static inline bool thread_stack_covers(uintptr_t sp)
{
    return (sp >= thread.stack_low && sp < thread.stack_high) || thread_stack_learn(sp);
}

/* True if the 8 bytes at `address` can be read; one system call. */
bool thread_readable(uintptr_t address);

#endif
