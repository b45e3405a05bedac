/* SPDX-License-Identifier: Apache-2.0 */
#include "preload/context.h"
#include "preload/arena.h"
#include "preload/lifetimes.h"
#include "preload/peak.h"
#include "preload/process/config.h"
#include "preload/process/memory_limit.h"
#include "preload/process/process.h"
#include "preload/process/sandbox.h"
#include "preload/process/state_map.h"
#include "preload/process/thread.h"

#include <string.h>

/* With larger intervals what a sample costs matters less than memory. */
#define OFTEN_BYTES  4096u
#define PLENTY_BYTES (UINT64_C(256) << 20)

#define BORROWED_MAX 256u

struct PROCESS_WIDE_TYPE contexts {
    _Atomic(struct event_context *) borrowed[BORROWED_MAX];
};
static PROCESS_WIDE(struct contexts, contexts);

/* A program that limits its memory must not miss the 2 MiB that remember the stacks of fibers. */
static bool has_plenty(void)
{
    return !sandboxed() && memory_limit() >= PLENTY_BYTES;
}

static struct event_context *create(struct counter_shard *shard, bool shared)
{
    size_t bytes = sizeof(struct event_context) + stack_bytes(config.depth);
    struct event_context *context = arena_alloc(bytes, 64);
    if (context) {
        context->shard = shard;
        context->shared = shared;
        stack_init(&context->stack, config.depth);
        context->stack.lasting = !shared && config.interval_bytes <= OFTEN_BYTES && has_plenty();
        context->lifetimes = config.lifetimes && !shared ? lifetimes_create(shard->index) : NULL;
    }
    return context;
}

/* A context goes with its shard from owner to owner.  Its cached sites and counters stay valid,
 * its stacks do not: they were another thread's. */
static struct event_context *acquire_own(struct thread *t)
{
    struct counter_shard *shard = shard_acquire();
    if (!shard)
        return NULL;
    if (!shard->context)
        shard->context = create(shard, false);
    if (!shard->context) {
        shard_release(shard);
        return NULL;
    }
    stack_forget(&shard->context->stack);
    if (shard->context->lifetimes)
        lifetimes_new_owner(shard->context->lifetimes);
    /* For the owner that ended, if there was one, and because there may be a shard more. */
    peak_look(shard);
    t->context = shard->context;
    t->fork_generation = fork_generation;
    atomic_fetch_add_explicit(&state_map.header->threads, 1, memory_order_relaxed);
    return t->context;
}

static struct event_context *borrow(void)
{
    struct counter_shard *shared = shard_shared();
    for (unsigned i = 0; i < BORROWED_MAX; i++) {
        _Atomic(struct event_context *) *place = &contexts.borrowed[i];
        struct event_context *context = atomic_load_explicit(place, memory_order_acquire);
        bool idle = false;
        if (!context) {
            struct event_context *made = create(shared, true);
            if (!made)
                return NULL;
            atomic_store_explicit(&made->taken, true, memory_order_relaxed);
            if (atomic_compare_exchange_strong_explicit(place, &context, made, memory_order_acq_rel,
                                                        memory_order_acquire))
                return made;
            /* `made` is lost: another thread filled the place at this moment. */
        }
        /* Acquire pairs with the release in context_return. */
        if (atomic_compare_exchange_strong_explicit(&context->taken, &idle, true,
                                                    memory_order_acquire, memory_order_relaxed)) {
            stack_forget(&context->stack);
            return context;
        }
    }
    return NULL;
}

/* Looking for a shard takes a system call for each, so a thread that found none asks ever more
 * rarely. */
static bool may_ask_again(const struct thread *t)
{
    return (t->refusals & (t->refusals - 1)) == 0; /* 0, 1, 2, 4, 8 ... */
}

struct event_context *context_take(struct thread *t, bool own)
{
    if (own) {
        if (t->context && t->fork_generation == fork_generation)
            return t->context;
        struct event_context *context = may_ask_again(t) ? acquire_own(t) : NULL;
        if (context)
            return context;
        t->refusals++;
    }
    return borrow();
}

void context_forget(struct event_context *context, uint32_t unload_epoch)
{
    stack_forget(&context->stack);
    memset(context->sites, 0, sizeof context->sites);
    context->stack.unload_epoch = unload_epoch;
}
