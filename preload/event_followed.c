/* SPDX-License-Identifier: Apache-2.0 */
#include "preload/event_followed.h"
#include "preload/context.h"
#include "preload/count_block.h"
#include "preload/process/config.h"
#include "preload/process/state_map.h"
#include "preload/reentry.h"
#include "preload/sites.h"
#include "preload/state_values.h"
#include "preload/unwind/compare.h"

/* Walks the stack of an event that is to be followed.  *stack_hash: of it.  False: it could not
 * be followed. */
static __attribute__((noinline)) bool walk(struct event_context *context,
                                           const struct unwind_start *caller, bool freeing,
                                           uint64_t *stack_hash)
{
    struct lifetimes *l = context->lifetimes;
    struct activations *a = lifetimes_activations(l);
    LIFETIMES_JUDGE_EVENT(lifetimes_event(l), caller->sp);
    activations_before_walk(a, &context->stack);
    *stack_hash = sites_walk(context, caller);
    return activations_after_walk(a, &context->stack, lifetimes_event(l), freeing);
}

/* As sites_find(), of an event that is to be followed.  *followed: it was. */
static __attribute__((noinline)) const struct site_entry *
find_site(struct event_context *context, const struct unwind_start *caller, uint32_t size_class,
          bool *followed)
{
    uint64_t stack_hash;
    *followed = walk(context, caller, false, &stack_hash);
    return sites_find_walked(context, caller, size_class, stack_hash);
}

/* Its free went past us, or there was no room for it in the live table. */
static void count_missed(struct event_context *context, const struct live_record *record)
{
    count_block_freed(context, record);
    lifetimes_missed(context ? context->lifetimes : NULL, record);
}

static __attribute__((noinline)) void insert(struct event_context *context, const void *block,
                                             const struct live_record *record)
{
    struct live_record stale;
    if (!live_insert(block, record, &stale)) {
        count_missed(context, record);
        state_map_lost(STATE_LOST_LIVE);
    }
    if (stale.site)
        count_missed(context, &stale);
}

void followed_record(struct thread *t, void *block, size_t size, struct weight weight,
                     const struct unwind_start *caller, const struct moved *moved)
{
    struct event_context *context = reentry_enter(t);
    const struct site_entry *site;
    if (!context) {
        state_map_lost(STATE_LOST_SCRATCH);
        return;
    }
    struct lifetimes *l = context->lifetimes;
    bool followed = l && lifetimes_begin(l, caller->sp);
    if (__builtin_expect(followed, 0))
        site = find_site(context, caller, state_size_class(size), &followed);
    else
        site = sites_find(context, caller, state_size_class(size));
    struct live_record live = {site->site, size, weight, 0};
    if (__builtin_expect(config.unwinder == STATE_UNWIND_DIFF, 0) && live.site != SITE_OTHER)
        unwind_compare(&context->stack, live.site, caller);
    if (__builtin_expect(!context->stack.complete, 0))
        count_event(context, &context->shard->record->truncated);
    count_block_allocated(context, site, &live);
    if (l)
        live.when = lifetimes_allocated(l, live.site, size, block, followed, moved);
    else
        lifetimes_allocated_shared(live.site);
    if (!live_put_when(block, &live))
        insert(context, block, &live);
    reentry_leave(t, context);
}

static inline __attribute__((always_inline)) void count_freed_by(struct event_context *context,
                                                                 const struct live_record *record,
                                                                 const struct unwind_start *caller)
{
    struct lifetimes *l = context ? context->lifetimes : NULL;
    uint64_t stack_hash = 0;
    count_block_freed(context, record);
    if (__builtin_expect(!l, 0)) {
        lifetimes_freed_shared(record);
        return;
    }
    bool followed = lifetimes_begin(l, caller->sp);
    if (__builtin_expect(followed, 0))
        followed = walk(context, caller, true, &stack_hash);
    lifetimes_freed(l, &context->stack, record, followed, stack_hash);
}

void followed_release(struct thread *t, const void *block, const struct unwind_start *caller)
{
    struct live_record record;
    if (!live_take_when(block, &record))
        return;
    struct event_context *context = reentry_enter(t);
    count_freed_by(context, &record, caller);
    if (context)
        reentry_leave(t, context);
}

void followed_move(struct thread *t, const struct live_record *record,
                   const struct unwind_start *caller, bool goes_on, struct moved *moved)
{
    struct event_context *context = reentry_enter(t);
    if (goes_on) {
        count_block_freed(context, record);
        lifetimes_moved(context ? context->lifetimes : NULL, record);
    } else {
        count_freed_by(context, record, caller);
    }
    moved->when = record->when;
    moved->size_bytes = record->size_bytes;
    if (context)
        reentry_leave(t, context);
}

void followed_missed(struct thread *t, const struct live_record *record)
{
    struct event_context *context = reentry_enter(t);
    count_missed(context, record);
    if (context)
        reentry_leave(t, context);
}
