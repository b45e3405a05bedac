/* SPDX-License-Identifier: Apache-2.0
 *
 * Recording an event is: take a context (reentry.h), (find the stack and its site, enter the
 * block into the live table,) count, and give the context back.
 */
#include "preload/event.h"
#include "preload/context.h"
#include "preload/count.h"
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

/* An event that is not the usual one: there is no context, or others count in the shard, too.  The
 * estimate is made anew, which spares the usual event to keep it in memory. */
static __attribute__((noinline, cold)) void count_in_shared(struct event_context *context,
                                                            struct state_counters *counters,
                                                            const struct live_record *record,
                                                            bool freed)
{
    count_shared(counters, sampler_estimate(record->size_bytes, record->weight), freed);
    if (!context)
        return;
    struct state_shard *shard = context->shard->record;
    count_event(context, freed ? &shard->samples_freed : &shard->samples);
}

/* Counts a free; without a context it counts in the shared counters. */
static inline __attribute__((always_inline)) void count_free(struct event_context *context,
                                                             const struct live_record *record)
{
    struct counter_shard *shard = context ? context->shard : shard_shared();
    uint32_t site = record->site;
    struct state_counters *counters = count_counters(&shard, &site);
    if (__builtin_expect(shard->index == 0, 0)) {
        count_in_shared(context, counters, record, true);
        return;
    }
    count_freed(shard, counters, sampler_estimate(record->size_bytes, record->weight));
    count_sample(&shard->record->samples_freed);
}

/* Enters a counted block into the live table when its preferred entry is taken. */
static __attribute__((noinline)) void insert(struct event_context *context, const void *block,
                                             const struct live_record *record)
{
    struct live_record stale;
    if (!live_insert(block, record, &stale)) {
        count_free(context, record); /* it is not live for us, or it would be for ever */
        state_map_lost(STATE_LOST_LIVE);
    }
    if (stale.site) /* its free went past us */
        count_free(context, &stale);
}

static void record(struct thread *t, void *block, size_t size, struct weight weight,
                   const struct unwind_start *caller)
{
    struct event_context *context = reentry_enter(t);
    if (!context) {
        state_map_lost(STATE_LOST_SCRATCH);
        return;
    }
    const struct site_entry *site = sites_find(context, caller, state_size_class(size));
    struct live_record live = {site->site, size, weight};
    if (__builtin_expect(config.unwinder == STATE_UNWIND_DIFF, 0) && live.site != SITE_OTHER)
        unwind_compare(&context->stack, live.site, caller);
    if (__builtin_expect(!context->stack.complete, 0))
        count_event(context, &context->shard->record->truncated);
    /* Counted before it can be freed by another thread: that needs the address,
     * which this call has not returned yet. */
    if (__builtin_expect(site->shared, 0)) {
        count_in_shared(context, site->counters, &live, false);
    } else {
        count_allocated(context->shard, site->counters, sampler_estimate(size, weight));
        count_sample(&context->shard->record->samples);
    }
    if (!live_put(block, &live))
        insert(context, block, &live);
    reentry_leave(t, context);
}

/* This process has no state yet, or is stale: makes what it needs. */
static __attribute__((noinline, cold)) bool begin(struct thread *t)
{
    if (atomic_load_explicit(&process.phase, memory_order_relaxed) == PROCESS_STALE &&
        t->inside == 1)
        fork_renew();
    return process_prepare();
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

void event_allocated(void *block, size_t size, const struct unwind_start *caller)
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
    if (__builtin_expect(process_ready() || begin(t), 1))
        record(t, block, size, weight, caller);
    reentry_end_use(t);
}

bool event_take(const void *block, struct live_record *record)
{
    struct thread *t = &thread;
    /* The allocator reads its header next: that miss and live_take's are one wait (random
     * replacement in 100 000 blocks: 0.96 of the time, `make bench SECTIONS=speed`). */
    __builtin_prefetch((const char *)block - 8, 1);
    reentry_begin_use(t);
    if (process_ready() && live_take(block, record))
        return true;
    reentry_end_use(t);
    return false;
}

static void record_free(struct thread *t, const struct live_record *record)
{
    struct event_context *context = reentry_enter(t);
    count_free(context, record);
    if (context)
        reentry_leave(t, context);
}

/* Who frees is not recorded: only its site's counters know of a free. */
void event_freed(const struct live_record *record, const struct unwind_start *caller)
{
    (void)caller;
    record_free(&thread, record);
    reentry_end_use(&thread);
}

bool event_release(void *block, const struct unwind_start *caller)
{
    struct live_record record;
    if (bootstrap_owns(block))
        return false;
    if (event_take(block, &record))
        event_freed(&record, caller);
    return true;
}

void event_put_back(const void *block, const struct live_record *record)
{
    struct live_record stale;
    if (!live_insert(block, record, &stale)) {
        state_map_lost(STATE_LOST_LIVE);
        record_free(&thread, record);
    }
    if (stale.site)
        record_free(&thread, &stale);
    reentry_end_use(&thread);
}
