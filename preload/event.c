/* SPDX-License-Identifier: Apache-2.0
 *
 * Recording an event is: take a context (reentry.h), (find the stack and its site, enter the
 * block into the live table,) count, and give the context back.
 */
#include "preload/event.h"
#include "preload/context.h"
#include "preload/count_block.h"
#include "preload/event_followed.h"
#include "preload/process/config.h"
#include "preload/process/fork.h"
#include "preload/process/prepare.h"
#include "preload/process/process.h"
/* circle: the first allocation starts the recording, and the start looks at the interposed
 * functions, which make events. */
#include "preload/process/start.h"
#include "preload/process/start_phase.h"
#include "preload/process/state_map.h"
#include "preload/process/thread.h"
#include "preload/real.h"
#include "preload/reentry.h"
#include "preload/sampler.h"
#include "preload/sites.h"
#include "preload/state_values.h"
#include "preload/timeline.h"
#include "preload/unwind/compare.h"

/* Enters a counted block into the live table when its preferred entry is taken. */
static __attribute__((noinline)) void insert(struct event_context *context, const void *block,
                                             const struct live_record *record)
{
    struct live_record stale;
    if (!live_insert(block, record, &stale)) {
        count_block_freed(context, record); /* it is not live for us, or it would be for ever */
        state_map_lost(STATE_LOST_LIVE);
    }
    if (stale.site) /* its free went past us */
        count_block_freed(context, &stale);
}

static inline __attribute__((always_inline)) void record(struct thread *t, void *block, size_t size,
                                                         struct weight weight,
                                                         const struct unwind_start *caller)
{
    struct event_context *context = reentry_enter(t);
    if (!context) {
        state_map_lost(STATE_LOST_SCRATCH);
        return;
    }
    const struct site_entry *site = sites_find(context, caller, state_size_class(size));
    struct live_record live; /* without `when`, which costs an instruction */
    live.site = site->site;
    live.size_bytes = size;
    live.weight = weight;
    if (__builtin_expect(config.unwinder == STATE_UNWIND_DIFF, 0) && live.site != SITE_OTHER)
        unwind_compare(&context->stack, live.site, caller);
    if (__builtin_expect(!context->stack.complete, 0))
        count_event(context, &context->shard->record->truncated);
    /* Counted before it can be freed by another thread: that needs the address,
     * which this call has not returned yet. */
    count_block_allocated(context, site, &live);
    if (!live_put(block, &live))
        insert(context, block, &live);
    reentry_leave(t, context);
}

/* This process has no state yet, or is stale: makes what it needs. */
static __attribute__((noinline, cold)) void record_unusual(struct thread *t, void *block,
                                                           size_t size, struct weight weight,
                                                           const struct unwind_start *caller,
                                                           const struct moved *moved)
{
    if (atomic_load_explicit(&process.phase, memory_order_relaxed) == PROCESS_STALE &&
        t->inside == 1)
        fork_renew();
    if (!process_prepare())
        return;
    if (process_following())
        followed_record(t, block, size, weight, caller, moved);
    else
        record(t, block, size, weight, caller);
}

/* Is the block a sample?  At interval 1 each is, and nobody asks.  `sp` names the event. */
static __attribute__((noinline)) bool draw(struct thread *t, size_t size, uintptr_t sp,
                                           struct weight *weight)
{
    if (t->event_sp && size < config.interval_bytes) {
        if (!reentry_event_abandoned(sp))
            return false; /* in a signal handler, in the middle of a draw */
        t->event_sp = 0;
        t->inside = 0;
    }
    return sampler_draw(t, size, weight);
}

static inline __attribute__((always_inline)) void
allocated(void *block, size_t size, const struct unwind_start *caller, const struct moved *moved)
{
    struct thread *t = &thread;
    struct weight weight = {0, 0};
    if (!block || t->internal)
        return;
    if (__builtin_expect(!start_done(), 0) && !start_step(caller->pc))
        return;
    if (config.interval_bytes > 1 && !draw(t, size, (uintptr_t)__builtin_frame_address(0), &weight))
        return;
    reentry_begin_use(t);
    if (__builtin_expect(process_ready(), 1))
        record(t, block, size, weight, caller);
    else if (process_following())
        followed_record(t, block, size, weight, caller, moved);
    else
        record_unusual(t, block, size, weight, caller, moved);
    reentry_end_use(t);
}

void event_allocated(void *block, size_t size, const struct unwind_start *caller)
{
    allocated(block, size, caller, NULL);
}

static void record_free(struct thread *t, const struct live_record *record)
{
    struct event_context *context = reentry_enter(t);
    count_block_freed(context, record);
    if (context)
        reentry_leave(t, context);
}

/* The allocator reads its header next: that miss and live_take's are one wait (random replacement
 * in 100 000 blocks: 0.96 of the time, `make bench SECTIONS=speed`). */
static inline void prefetch_header(const void *block)
{
    __builtin_prefetch((const char *)block - 8, 1);
}

bool event_take(const void *block, struct live_record *record)
{
    struct thread *t = &thread;
    prefetch_header(block);
    reentry_begin_use(t);
    if (process_ready() ? live_take(block, record)
                        : process_following() && live_take_when(block, record))
        return true;
    reentry_end_use(t);
    return false;
}

bool event_release(void *block, const struct unwind_start *caller)
{
    struct thread *t = &thread;
    struct live_record record;
    if (bootstrap_owns(block))
        return false;
    prefetch_header(block);
    reentry_begin_use(t);
    if (__builtin_expect(process_ready(), 1)) {
        if (live_take(block, &record))
            record_free(t, &record);
    } else if (process_following()) {
        followed_release(t, block, caller);
    }
    reentry_end_use(t);
    return true;
}

void event_reallocated(const void *old, const struct live_record *record, void *block, size_t size,
                       const struct unwind_start *caller)
{
    struct moved moved = {0, 0, block != old};
    if (record) {
        if (process_following())
            followed_move(&thread, record, caller, block != NULL, &moved);
        else
            record_free(&thread, record);
        reentry_end_use(&thread);
    }
    if (block && !sampler_pass(size))
        allocated(block, size, caller, old ? &moved : NULL);
}

void event_put_back(const void *block, const struct live_record *record)
{
    struct live_record stale;
    void (*count)(struct thread *, const struct live_record *) =
        process_following() ? followed_missed : record_free;
    if (!live_insert(block, record, &stale)) {
        state_map_lost(STATE_LOST_LIVE);
        count(&thread, record);
    }
    if (stale.site)
        count(&thread, &stale);
    reentry_end_use(&thread);
}
