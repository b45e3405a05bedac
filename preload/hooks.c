/* SPDX-License-Identifier: Apache-2.0
 *
 * An event is: take a context, (unwind, intern, enter into the live table,) count,
 * give the context back.  A signal handler may interrupt one and allocate or free:
 * its event borrows a context and counts with atomic adds.  It may also leave by
 * longjmp; the next event finds itself further up the same stack and knows.
 */
#include "preload/hooks.h"
#include "preload/context.h"
#include "preload/counters.h"
#include "preload/process/config.h"
#include "preload/process/modules.h"
#include "preload/process/process.h"
#include "preload/process/start.h"
#include "preload/real.h"
#include "preload/sites.h"

#include <string.h>

#define FOREIGN_STACK (1024u * 1024u) /* no further apart: the same fiber */

/* Around everything that looks at the root: a handler that forks in between leaves
 * it to the child as it is (fork.c). */
static inline void begin_use(struct thread *t)
{
    t->inside++;
    atomic_signal_fence(memory_order_seq_cst);
}

static inline void end_use(struct thread *t)
{
    atomic_signal_fence(memory_order_seq_cst);
    t->inside--;
}

/* An event is under way while event_sp, its stack pointer, is set: one word, so that no
 * handler sees half of it.  Does it lie further down the stack?  Then it was left by
 * longjmp.  A handler would be further down, or on a stack of its own. */
static bool event_abandoned(const struct thread *t, uintptr_t sp)
{
    bool here = sp >= t->stack_low && sp < t->stack_high;
    if (t->event_sp >= t->stack_low && t->event_sp < t->stack_high)
        return here && sp >= t->event_sp;
    return here || (sp >= t->event_sp && sp - t->event_sp < FOREIGN_STACK);
}

static __attribute__((noinline, cold)) struct event_context *enter_slow(struct thread *t,
                                                                        uintptr_t sp)
{
    if (t->event_sp && event_abandoned(t, sp)) {
        t->event_sp = 0;
        t->inside = 1; /* this one */
    }
    bool outermost = t->event_sp == 0;
    if (outermost)
        t->event_sp = sp;
    atomic_signal_fence(memory_order_seq_cst);
    struct event_context *context = context_take(t, outermost);
    if (!context && outermost)
        t->event_sp = 0;
    return context;
}

/* The fences keep the compiler from moving the event out of the time in which a
 * signal handler sees it. */
static inline struct event_context *enter(struct thread *t)
{
    uintptr_t sp = (uintptr_t)__builtin_frame_address(0);
    struct event_context *context = t->context;
    if (__builtin_expect(!context || t->event_sp || t->fork_generation != fork_generation, 0))
        context = enter_slow(t, sp);
    else
        t->event_sp = sp;
    atomic_signal_fence(memory_order_seq_cst);
    return context;
}

static inline void leave(struct thread *t, struct event_context *context)
{
    atomic_signal_fence(memory_order_seq_cst);
    context_return(context);
    if (t->event_sp == (uintptr_t)__builtin_frame_address(0))
        t->event_sp = 0;
}

static inline void add(bool shared, _Atomic uint64_t *counter, uint64_t amount)
{
    /* Release: pairs with the reader, who sums what was freed first. */
    if (shared)
        atomic_fetch_add_explicit(counter, amount, memory_order_release);
    else
        atomic_store_explicit(counter, atomic_load_explicit(counter, memory_order_relaxed) + amount,
                              memory_order_release);
}

/* The counters to count `site` in, and whether others count in it too. */
static inline struct state_counters *event_counters(struct event_context *context, uint32_t site,
                                                    bool *shared)
{
    struct state_counters *counters = counters_of(context->shard, site);
    *shared = context->shared;
    if (__builtin_expect(!counters, 0)) { /* every site has one in the shared shard */
        counters = counters_of(shard_shared(), site);
        *shared = true;
    }
    return counters;
}

static inline void count_allocated(struct state_counters *counters, bool shared, struct estimate e)
{
    add(shared, &counters->allocated_objects, e.objects);
    add(shared, &counters->allocated_bytes, e.bytes);
}

static inline void count_freed(struct state_counters *counters, bool shared, struct estimate e)
{
    add(shared, &counters->freed_objects, e.objects);
    add(shared, &counters->freed_bytes, e.bytes);
}

static void unwind(struct stack *stack, const struct unwind_start *caller)
{
    switch (config.unwinder) {
#if defined(__x86_64__)
    case STATE_UNWIND_CFI:
    case STATE_UNWIND_DIFF:
        unwind_cfi(stack, caller);
        break;
#endif
    case STATE_UNWIND_FP:
        unwind_fp(stack, caller);
        break;
    default:
        unwind_libunwind(stack, caller);
    }
}

/* What a context remembers of sites and stacks is of one unload_epoch of modules. */
static inline void enter_epoch(struct event_context *context, uint32_t unload_epoch)
{
    if (__builtin_expect(context->stack.unload_epoch != unload_epoch, 0)) {
        stack_forget(&context->stack);
        memset(context->site_cache, 0, sizeof context->site_cache);
        context->stack.unload_epoch = unload_epoch;
    }
}

/* The stack_hash of this event's stack.  `walked`: the stack has its frames, too. */
static inline uint64_t event_stack_hash(struct event_context *context,
                                        const struct unwind_start *caller, bool *walked)
{
    struct stack *stack = &context->stack;
    enter_epoch(context, modules_unload_epoch());
    uint64_t stack_hash = stack_recall(stack, caller);
    *walked = stack_hash == 0;
    if (stack_hash)
        return stack_hash;
    unwind(stack, caller);
    return sites_stack_hash(stack);
}

/* The site of a stack_hash that has none of this size class yet. */
static __attribute__((noinline)) uint32_t new_site(struct stack *stack, uint64_t stack_hash,
                                                   uint32_t size_class, bool walked,
                                                   const struct unwind_start *caller)
{
    uint32_t node = walked ? 0 : sites_known_node(stack_hash, stack->unload_epoch);
    if (node == 0) {
        if (!walked) {
            stack_forget(stack);
            unwind(stack, caller);
            stack_hash = sites_stack_hash(stack);
        }
        node = sites_node(stack, stack_hash);
    }
    if (node == 0) {
        stack_forget(stack);
        state_map_lost(STATE_LOST_STACK);
        return SITE_OTHER;
    }
    return sites_intern(sites_key(stack_hash, size_class), stack->unload_epoch, node, size_class);
}

/* The site of this event and its counters. */
static uint32_t site_of(struct event_context *context, const struct unwind_start *caller,
                        size_t size, struct state_counters **counters, bool *shared)
{
    bool walked;
    uint64_t stack_hash = event_stack_hash(context, caller, &walked);
    uint32_t size_class = state_size_class(size);
    uint64_t key = sites_key(stack_hash, size_class);
    struct site_cache_entry *known = &context->site_cache[key % SITE_CACHE_ENTRIES];
    if (known->key == key) {
        *shared = context->shared;
        *counters = known->counters;
        return known->site;
    }
    uint32_t site = sites_find(key, context->stack.unload_epoch);
    if (site == 0)
        site = new_site(&context->stack, stack_hash, size_class, walked, caller);
    *counters = event_counters(context, site, shared);
    if (*counters && *shared == context->shared && site != SITE_OTHER) {
        known->key = 0; /* a handler that jumps away leaves it empty, not half new */
        atomic_signal_fence(memory_order_seq_cst);
        known->counters = *counters;
        known->site = site;
        atomic_signal_fence(memory_order_seq_cst);
        known->key = key;
    }
    return site;
}

/* Tests: the same stack by libunwind; a difference keeps both. */
static __attribute__((noinline, cold)) void compare(const struct stack *stack, uint32_t site,
                                                    const struct unwind_start *caller)
{
    const struct state_site *record = state_map_record(STATE_TABLE_SITES, site, sizeof *record);
    struct event_context *context = unwind_libunwind_loaded() ? context_take(&thread, false) : NULL;
    if (!context)
        return;
    enter_epoch(context, stack->unload_epoch);
    unwind_libunwind(&context->stack, caller);
    uint32_t other = sites_node(&context->stack, sites_stack_hash(&context->stack));
    context_return(context);
    struct state_header *h = process.state_map.header;
    atomic_fetch_add_explicit(&h->diff_stacks, 1, memory_order_relaxed);
    uint32_t node = record ? atomic_load_explicit(&record->node, memory_order_relaxed) : 0;
    if (sites_same(node, other))
        return;
    atomic_fetch_add_explicit(&h->diff_different, 1, memory_order_relaxed);
    uint64_t offset = state_map_append(STATE_TABLE_DIFFS, sizeof(struct state_diff));
    if (offset == 0)
        return;
    struct state_diff *diff = (struct state_diff *)((char *)h + offset);
    diff->compared = other;
    atomic_store_explicit(&diff->recorded, node, memory_order_release);
}

/* Without a context in the shared counters alone. */
static inline __attribute__((always_inline)) void count_free(struct event_context *context,
                                                             const struct live_record *record)
{
    bool shared = true;
    struct state_counters *counters = context ? event_counters(context, record->site, &shared)
                                              : counters_of(shard_shared(), record->site);
    if (counters)
        count_freed(counters, shared, sampler_estimate(record->size_bytes, record->weight));
    if (context)
        add(context->shared, &context->shard->record->samples_freed, 1);
}

/* A counted block goes into the live table, but not to its usual place. */
static __attribute__((noinline)) void insert(struct event_context *context, const void *block,
                                             const struct live_record *record)
{
    struct live_record stale;
    if (!live_insert(block, record, &stale)) {
        bool shared;
        struct state_counters *counters = event_counters(context, record->site, &shared);
        count_freed(counters, shared, sampler_estimate(record->size_bytes, record->weight));
        state_map_lost(STATE_LOST_LIVE);
    }
    if (stale.site) /* its free went past us */
        count_free(context, &stale);
}

static void record(struct thread *t, void *block, size_t size, struct weight weight,
                   const struct unwind_start *caller)
{
    struct event_context *context = enter(t);
    if (!context) {
        state_map_lost(STATE_LOST_SCRATCH);
        return;
    }
    bool shared;
    struct state_counters *counters;
    struct live_record live = {site_of(context, caller, size, &counters, &shared), size, weight};
    if (__builtin_expect(config.unwinder == STATE_UNWIND_DIFF, 0) && live.site != SITE_OTHER)
        compare(&context->stack, live.site, caller);
    struct estimate estimate = sampler_estimate(size, weight);
    struct state_shard *shard = context->shard->record;
    add(context->shared, &shard->samples, 1);
    if (!context->stack.complete)
        add(context->shared, &shard->truncated, 1);
    if (counters) {
        /* Counted before it can be freed by another thread: that needs the address,
         * which this call has not returned yet. */
        count_allocated(counters, shared, estimate);
        if (!live_put(block, &live))
            insert(context, block, &live);
    }
    leave(t, context);
}

/* Not recording in this process yet: it may have to begin. */
static __attribute__((noinline, cold)) bool begin(struct thread *t)
{
    if (process_is_stale && t->inside == 1)
        process_renew();
    return process_prepare();
}

void hooks_allocated(void *block, size_t size, const struct unwind_start *caller)
{
    struct thread *t = &thread;
    struct weight weight;
    if (!block || t->internal)
        return;
    if (__builtin_expect(!start_done(), 0) && !start_step(caller->pc))
        return;
    if (t->event_sp && config.interval_bytes > 1 && size < config.interval_bytes) {
        if (!event_abandoned(t, (uintptr_t)__builtin_frame_address(0)))
            return; /* in a signal handler, in the middle of a draw */
        t->event_sp = 0;
        t->inside = 0;
    }
    if (!sampler_draw(t, size, &weight))
        return;
    begin_use(t);
    if (__builtin_expect((process_ready() && !process_is_stale) || begin(t), 1))
        record(t, block, size, weight, caller);
    end_use(t);
}

bool hooks_take(const void *block, struct live_record *record)
{
    struct thread *t = &thread;
    /* The allocator reads its header next: that miss and live_take's are one wait (random
     * replacement in 100 000 blocks: 0.96 of the time, `make bench SECTIONS=speed`). */
    __builtin_prefetch((const char *)block - 8, 1);
    begin_use(t);
    if (process_ready() && live_take(block, record))
        return true;
    end_use(t);
    return false;
}

static void record_free(struct thread *t, const struct live_record *record)
{
    struct event_context *context = enter(t);
    count_free(context, record);
    if (context)
        leave(t, context);
}

void hooks_freed(const struct live_record *record)
{
    record_free(&thread, record);
    end_use(&thread);
}

bool hooks_release(void *block)
{
    struct live_record record;
    if (bootstrap_owns(block))
        return false;
    if (hooks_take(block, &record))
        hooks_freed(&record);
    return true;
}

void hooks_put_back(const void *block, const struct live_record *record)
{
    struct live_record stale;
    if (!live_insert(block, record, &stale)) {
        state_map_lost(STATE_LOST_LIVE);
        record_free(&thread, record);
    }
    if (stale.site)
        record_free(&thread, &stale);
    end_use(&thread);
}
