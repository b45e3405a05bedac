/* SPDX-License-Identifier: Apache-2.0
 *
 * An event context is what recording one event needs: room to unwind into, the last stacks,
 * cached sites, and the counter shard to write to.  A thread owns one from its
 * first event to its end; events that find none of their own (in a signal
 * handler, past 64 threads) borrow one for their duration and write to the shared
 * counters.
 */
#ifndef MEMPROF_CONTEXT_H
#define MEMPROF_CONTEXT_H

#include "preload/counters.h"
#include "preload/unwind/unwind.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#define SITE_CACHE_ENTRIES 256 /* direct-mapped: a hit spares the look-ups of site and counters */

struct site_entry {
    uint64_t key; /* of a stack and a size class (sites.c); 0: empty */
    struct state_counters *counters;
    uint32_t site;
    uint32_t shared; /* 1: the counters lie in the shared shard, so they need atomic adds */
};

struct lifetimes;

struct event_context {
    struct counter_shard *shard; /* where this context counts; the shared one if borrowed */
    bool shared;                 /* counters need atomic adds */
    _Atomic bool taken;          /* borrowed contexts: in use */
    struct site_entry sites[SITE_CACHE_ENTRIES];
    struct site_entry uncached;  /* of this event, when it is not to be kept */
    struct lifetimes *lifetimes; /* lifetimes.h; NULL: not recorded here */
    struct stack stack;          /* last: it ends in arrays of config.depth frames */
};

struct thread;

/* The context of this thread's own, made if need be; or a borrowed one.  NULL when
 * there is no memory.  To be given back with context_return. */
struct event_context *context_take(struct thread *t, bool own);

/* Forgets what was found before a library was closed. */
__attribute__((cold)) void context_forget(struct event_context *context, uint32_t unload_epoch);

/* Cached sites and stacks are valid for one unload epoch (modules.h). */
static inline void context_enter_epoch(struct event_context *context, uint32_t unload_epoch)
{
    if (__builtin_expect(context->stack.unload_epoch != unload_epoch, 0))
        context_forget(context, unload_epoch);
}

static inline void context_return(struct event_context *context)
{
    if (context->shared)
        atomic_store_explicit(&context->taken, false, memory_order_release);
}

#endif
