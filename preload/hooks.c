/* SPDX-License-Identifier: Apache-2.0
 *
 * An event is: take a slot, (unwind, intern, enter into the live table,) count,
 * give the slot back.  A signal handler may interrupt one and allocate or free:
 * its event borrows a slot and counts with atomic adds.  It may also leave by
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

/* An event is under way while busy_sp, its stack pointer, is set: one word, so that no
 * handler sees half of it.  Does it lie further down the stack?  Then it was left by
 * longjmp.  A handler would be further down, or on a stack of its own. */
static bool was_left(const struct thread *t, uintptr_t sp)
{
    bool here = sp >= t->stack_low && sp < t->stack_high;
    if (t->busy_sp >= t->stack_low && t->busy_sp < t->stack_high)
        return here && sp >= t->busy_sp;
    return here || (sp >= t->busy_sp && sp - t->busy_sp < FOREIGN_STACK);
}

static __attribute__((noinline, cold)) struct slot *enter_slow(struct thread *t, uintptr_t sp)
{
    if (t->busy_sp && was_left(t, sp)) {
        t->busy_sp = 0;
        t->inside = 1; /* this one */
    }
    bool outermost = t->busy_sp == 0;
    if (outermost)
        t->busy_sp = sp;
    atomic_signal_fence(memory_order_seq_cst);
    struct slot *slot = slots_take(t, outermost);
    if (!slot && outermost)
        t->busy_sp = 0;
    return slot;
}

/* The fences keep the compiler from moving the event out of the time in which a
 * signal handler sees it. */
static inline struct slot *enter(struct thread *t)
{
    uintptr_t sp = (uintptr_t)__builtin_frame_address(0);
    struct slot *slot = t->slot;
    if (__builtin_expect(!slot || t->busy_sp || t->generation != root_generation, 0))
        slot = enter_slow(t, sp);
    else
        t->busy_sp = sp;
    atomic_signal_fence(memory_order_seq_cst);
    return slot;
}

static inline void leave(struct thread *t, struct slot *slot)
{
    atomic_signal_fence(memory_order_seq_cst);
    slots_return(slot);
    if (t->busy_sp == (uintptr_t)__builtin_frame_address(0))
        t->busy_sp = 0;
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

/* The cell to count `site` in, and whether others count in it too. */
static inline struct state_cell *cell_of(struct slot *slot, uint32_t site, bool *shared)
{
    struct state_cell *cell = buffers_cell(slot->buffer, site);
    *shared = slot->shared;
    if (__builtin_expect(!cell, 0)) { /* every site has one in the shared buffer */
        cell = buffers_cell(buffers_shared(), site);
        *shared = true;
    }
    return cell;
}

static inline void count_allocated(struct state_cell *cell, bool shared, struct estimate e)
{
    add(shared, &cell->allocated_objects, e.objects);
    add(shared, &cell->allocated_bytes, e.bytes);
}

static inline void count_freed(struct state_cell *cell, bool shared, struct estimate e)
{
    add(shared, &cell->freed_objects, e.objects);
    add(shared, &cell->freed_bytes, e.bytes);
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

/* What a slot remembers of sites and stacks is of one epoch of modules. */
static inline void enter_epoch(struct slot *slot, uint32_t epoch)
{
    if (__builtin_expect(slot->stack.epoch != epoch, 0)) {
        stack_forget(&slot->stack);
        memset(slot->sites, 0, sizeof slot->sites);
        slot->stack.epoch = epoch;
    }
}

/* The path of this event's stack.  `walked`: the stack has its frames, too. */
static inline uint64_t path_of(struct slot *slot, const struct unwind_start *caller, bool *walked)
{
    struct stack *stack = &slot->stack;
    enter_epoch(slot, modules_epoch());
    uint64_t path = stack_recall(stack, caller);
    *walked = path == 0;
    if (path)
        return path;
    unwind(stack, caller);
    return sites_path(stack);
}

/* The site of a path that has none of this size class yet. */
static __attribute__((noinline)) uint32_t new_site(struct stack *stack, uint64_t path,
                                                   uint32_t size_class, bool walked,
                                                   const struct unwind_start *caller)
{
    uint32_t node = walked ? 0 : sites_known_node(path, stack->epoch);
    if (node == 0) {
        if (!walked) {
            stack_forget(stack);
            unwind(stack, caller);
            path = sites_path(stack);
        }
        node = sites_node(stack, path);
    }
    if (node == 0) {
        stack_forget(stack);
        segment_lost(STATE_LOST_STACK);
        return SITE_OTHER;
    }
    return sites_intern(sites_key(path, size_class), stack->epoch, node, size_class);
}

/* The site of this event and its cell. */
static uint32_t site_of(struct slot *slot, const struct unwind_start *caller, size_t size,
                        struct state_cell **cell, bool *shared)
{
    bool walked;
    uint64_t path = path_of(slot, caller, &walked);
    uint32_t size_class = state_size_class(size);
    uint64_t key = sites_key(path, size_class);
    struct slot_site *known = &slot->sites[key % SLOT_SITES];
    if (known->key == key) {
        *shared = slot->shared;
        *cell = known->cell;
        return known->site;
    }
    uint32_t site = sites_find(key, slot->stack.epoch);
    if (site == 0)
        site = new_site(&slot->stack, path, size_class, walked, caller);
    *cell = cell_of(slot, site, shared);
    if (*cell && *shared == slot->shared && site != SITE_OTHER) {
        known->key = 0; /* a handler that jumps away leaves it empty, not half new */
        atomic_signal_fence(memory_order_seq_cst);
        known->cell = *cell;
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
    const struct state_site *record = segment_record(STATE_TABLE_SITES, site, sizeof *record);
    struct slot *slot = unwind_libunwind_loaded() ? slots_take(&thread, false) : NULL;
    if (!slot)
        return;
    enter_epoch(slot, stack->epoch);
    unwind_libunwind(&slot->stack, caller);
    uint32_t other = sites_node(&slot->stack, sites_path(&slot->stack));
    slots_return(slot);
    struct state_header *h = root.segment.header;
    atomic_fetch_add_explicit(&h->diff_stacks, 1, memory_order_relaxed);
    uint32_t node = record ? atomic_load_explicit(&record->node, memory_order_relaxed) : 0;
    if (sites_same(node, other))
        return;
    atomic_fetch_add_explicit(&h->diff_different, 1, memory_order_relaxed);
    uint64_t offset = segment_append(STATE_TABLE_DIFFS, sizeof(struct state_diff));
    if (offset == 0)
        return;
    struct state_diff *diff = (struct state_diff *)((char *)h + offset);
    diff->compared = other;
    atomic_store_explicit(&diff->recorded, node, memory_order_release);
}

/* Without a slot in the shared counters alone. */
static inline __attribute__((always_inline)) void count_free(struct slot *slot,
                                                             const struct live_record *record)
{
    bool shared = true;
    struct state_cell *cell =
        slot ? cell_of(slot, record->site, &shared) : buffers_cell(buffers_shared(), record->site);
    if (cell)
        count_freed(cell, shared, sampler_estimate(record->size_bytes, record->weight));
    if (slot)
        add(slot->shared, &slot->buffer->record->samples_freed, 1);
}

/* A counted block goes into the live table, but not to its usual place. */
static __attribute__((noinline)) void insert(struct slot *slot, const void *block,
                                             const struct live_record *record)
{
    struct live_record stale;
    if (!live_insert(block, record, &stale)) {
        bool shared;
        struct state_cell *cell = cell_of(slot, record->site, &shared);
        count_freed(cell, shared, sampler_estimate(record->size_bytes, record->weight));
        segment_lost(STATE_LOST_LIVE);
    }
    if (stale.site) /* its free went past us */
        count_free(slot, &stale);
}

static void record(struct thread *t, void *block, size_t size, struct weight weight,
                   const struct unwind_start *caller)
{
    struct slot *slot = enter(t);
    if (!slot) {
        segment_lost(STATE_LOST_SCRATCH);
        return;
    }
    bool shared;
    struct state_cell *cell;
    struct live_record live = {site_of(slot, caller, size, &cell, &shared), size, weight};
    if (__builtin_expect(config.unwinder == STATE_UNWIND_DIFF, 0) && live.site != SITE_OTHER)
        compare(&slot->stack, live.site, caller);
    struct estimate estimate = sampler_estimate(size, weight);
    struct state_buffer *buffer = slot->buffer->record;
    add(slot->shared, &buffer->samples, 1);
    if (!slot->stack.complete)
        add(slot->shared, &buffer->truncated, 1);
    if (cell) {
        /* Counted before it can be freed by another thread: that needs the address,
         * which this call has not returned yet. */
        count_allocated(cell, shared, estimate);
        if (!live_put(block, &live))
            insert(slot, block, &live);
    }
    leave(t, slot);
}

/* Not recording in this process yet: it may have to begin. */
static __attribute__((noinline, cold)) bool begin(struct thread *t)
{
    if (root_is_stale && t->inside == 1)
        root_renew();
    return root_prepare();
}

void hooks_allocated(void *block, size_t size, const struct unwind_start *caller)
{
    struct thread *t = &thread;
    struct weight weight;
    if (!block || t->internal)
        return;
    if (__builtin_expect(!start_done(), 0) && !start_step(caller->pc))
        return;
    if (t->busy_sp && config.interval_bytes > 1 && size < config.interval_bytes) {
        if (!was_left(t, (uintptr_t)__builtin_frame_address(0)))
            return; /* in a signal handler, in the middle of a draw */
        t->busy_sp = 0;
        t->inside = 0;
    }
    if (!sampler_draw(t, size, &weight))
        return;
    begin_use(t);
    if (__builtin_expect((root_ready() && !root_is_stale) || begin(t), 1))
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
    if (root_ready() && live_take(block, record))
        return true;
    end_use(t);
    return false;
}

static void record_free(struct thread *t, const struct live_record *record)
{
    struct slot *slot = enter(t);
    count_free(slot, record);
    if (slot)
        leave(t, slot);
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
        segment_lost(STATE_LOST_LIVE);
        record_free(&thread, record);
    }
    if (stale.site)
        record_free(&thread, &stale);
    end_use(&thread);
}
