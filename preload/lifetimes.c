/* SPDX-License-Identifier: Apache-2.0 */
#include "preload/lifetimes.h"
#include "preload/arena.h"
#include "preload/counters.h"
#include "preload/nodes.h"
#include "preload/process/config.h"
#include "preload/process/state_map.h"
#include "preload/process/thread.h"
#include "preload/real.h"
#include "preload/state_values.h"
#include "preload/windows.h"

#define CHAIN_MOST   255u
#define REPLACE_FAR  512u /* events between a block and the free of the one that it replaces */
#define REPLACE_NEAR 3u   /* frames out from the allocator, in which both happen */
#define LIFE_UNIT    16
#define PLACES       256u /* direct-mapped */

/* Where blocks of a stack are freed from a stack. */
struct freed_at_entry {
    uint64_t key;                  /* of both; 0: empty */
    struct state_freed_at *record; /* NULL: it has none */
};

struct lifetimes {
    uint32_t shard;
    struct windows windows;
    uint64_t owner_since;                 /* the owner's first event */
    _Atomic uint32_t *pages[SHARD_PAGES]; /* site -> its record of LIFE, file offset / 16 */
    struct freed_at_entry freed_at[PLACES];
    struct activations *activations;
};

struct lifetimes *lifetimes_create(uint32_t shard)
{
    struct lifetimes *l = arena_alloc(sizeof *l, 64);
    struct activations *a = arena_alloc(activations_bytes(config.depth), 64);
    if (!l || !a)
        return NULL;
    l->shard = shard;
    l->activations = a;
    a->depth = config.depth;
    return l;
}

void lifetimes_new_owner(struct lifetimes *l)
{
    l->owner_since = l->windows.event + 1;
    activations_forget(l->activations);
}

struct activations *lifetimes_activations(struct lifetimes *l)
{
    return l->activations;
}

uint64_t lifetimes_event(const struct lifetimes *l)
{
    return l->windows.event;
}

bool lifetimes_begin(struct lifetimes *l, uintptr_t sp)
{
    if (windows_are_due(&l->windows) && windows_decide(&l->windows))
        activations_forget(l->activations);
    l->windows.event++;
    /* On a fiber's stack or a signal's nothing is learned of the thread's own, which stays. */
    return __builtin_expect(l->windows.following, 0) && thread_stack_covers(sp);
}

/* --- the record of a site's stack --- */

static uint32_t node_of(uint32_t site)
{
    const struct state_site *record = state_map_record(STATE_TABLE_SITES, site, sizeof *record);
    return record && site != SITE_OTHER ? atomic_load_explicit(&record->node, memory_order_relaxed)
                                        : 0;
}

static __attribute__((noinline)) struct state_life *look_up(struct lifetimes *l, uint32_t site)
{
    _Atomic uint32_t **page = &l->pages[site / SHARD_PAGE_SITES];
    uint32_t node = node_of(site);
    struct state_life *life = node ? lives_find(node, l->shard) : NULL;
    if (life && !*page)
        *page = arena_alloc(SHARD_PAGE_SITES * sizeof **page, 64);
    if (life && *page)
        atomic_store_explicit(
            &(*page)[site % SHARD_PAGE_SITES],
            (uint32_t)((uint64_t)((char *)life - (char *)state_map.header) / LIFE_UNIT),
            memory_order_relaxed);
    return life;
}

/* NULL: it has none, or there is no room for it. */
static inline struct state_life *life_of(struct lifetimes *l, uint32_t site)
{
    const _Atomic uint32_t *page = l->pages[site / SHARD_PAGE_SITES];
    uint32_t at =
        page ? atomic_load_explicit(&page[site % SHARD_PAGE_SITES], memory_order_relaxed) : 0;
    return at ? (struct state_life *)((char *)state_map.header + (uint64_t)at * LIFE_UNIT)
              : look_up(l, site);
}

/* --- allocated --- */

static inline uint32_t clamped(uint64_t bytes)
{
    return bytes < UINT32_MAX ? (uint32_t)bytes : UINT32_MAX;
}

static __attribute__((noinline)) void widen_sizes(struct state_life *life, uint32_t size)
{
    uint32_t most = atomic_load_explicit(&life->size_max, memory_order_relaxed);
    if (size < atomic_load_explicit(&life->size_min, memory_order_relaxed) || most == 0)
        atomic_store_explicit(&life->size_min, size, memory_order_relaxed);
    if (size > most)
        atomic_store_explicit(&life->size_max, size, memory_order_relaxed);
}

static inline void count_size(struct state_life *life, uint64_t size_bytes, void *block)
{
    uint32_t size = clamped(size_bytes);
    if (size < atomic_load_explicit(&life->size_min, memory_order_relaxed) ||
        size > atomic_load_explicit(&life->size_max, memory_order_relaxed))
        widen_sizes(life, size);
    size_t usable = real.malloc_usable_size(block);
    lives_add(&life->slack_bytes, usable > size_bytes ? usable - size_bytes : 0);
}

static inline void count_live(struct state_life *life)
{
    if (config.interval_bytes > 1)
        return;
    int32_t live = atomic_load_explicit(&life->live, memory_order_relaxed) + 1;
    atomic_store_explicit(&life->live, live, memory_order_relaxed);
    if (live > (int32_t)atomic_load_explicit(&life->live_max, memory_order_relaxed))
        atomic_store_explicit(&life->live_max, (uint32_t)live, memory_order_relaxed);
}

static inline void count_gone(struct state_life *life)
{
    if (config.interval_bytes == 1)
        atomic_store_explicit(&life->live,
                              atomic_load_explicit(&life->live, memory_order_relaxed) - 1,
                              memory_order_relaxed);
}

/* Frames from the allocator out to the innermost call of `running` outermost ones. */
static inline uint32_t level_of(uint32_t depth, uint32_t running)
{
    uint32_t level = depth > running ? depth - running : 0;
    return level < STATE_LIFE_LEVELS ? level : STATE_LIFE_LEVELS - 1;
}

static __attribute__((noinline)) void count_followed(struct lifetimes *l, struct state_life *life,
                                                     uint64_t size_bytes)
{
    const struct activations *a = l->activations;
    lives_count(&life->followed);
    atomic_store_explicit(&life->depth, (uint16_t)a->count, memory_order_relaxed);
    if (config.interval_bytes > 1) {
        /* Most allocations were not seen. */
    } else if (life->last_event == 0) {
        lives_count(&life->began_at[STATE_LIFE_LEVELS - 1]);
    } else if (life->last_event >= a->since) {
        uint32_t running = activations_running_since(a, life->last_event);
        lives_count(&life->began_at[level_of(a->count, running)]);
    }
    life->last_event = l->windows.event;
    life->last_size = clamped(size_bytes);
}

static bool is_of_another_thread(const struct lifetimes *l, uint64_t when)
{
    return WHEN_SHARD(when) != l->shard || WHEN_EVENT(when) < l->owner_since;
}

/* What a block keeps that goes on from another; `when` is what it would keep by itself. */
static __attribute__((noinline)) uint64_t go_on(const struct lifetimes *l, struct state_life *life,
                                                uint64_t size_bytes, const struct moved *moved,
                                                uint64_t when)
{
    if (moved->when) {
        uint32_t chain = WHEN_CHAIN(moved->when) + 1;
        if (!is_of_another_thread(l, moved->when))
            when = moved->when & ~UINT64_C(0xff00);
        when |= (uint64_t)(chain < CHAIN_MOST ? chain : CHAIN_MOST) << 8;
    }
    if (!life)
        return when;
    lives_count(&life->realloc_in);
    if (moved->elsewhere) {
        lives_count(&life->moved);
        lives_add(&life->copied_bytes,
                  moved->size_bytes < size_bytes ? moved->size_bytes : size_bytes);
    }
    return when;
}

uint64_t lifetimes_allocated(struct lifetimes *l, uint32_t site, uint64_t size_bytes, void *block,
                             bool followed, const struct moved *moved)
{
    struct state_life *life = life_of(l, site);
    uint64_t when = l->windows.event << 16 | (uint64_t)followed << 7 | l->shard;
    if (__builtin_expect(moved != NULL, 0))
        when = go_on(l, life, size_bytes, moved, when);
    if (__builtin_expect(!life, 0))
        return when;
    count_size(life, size_bytes, block);
    count_live(life);
    if (__builtin_expect(followed, 0))
        count_followed(l, life, size_bytes);
    if (atomic_load_explicit(&life->followed, memory_order_relaxed) < WINDOWS_FIRST_LEAST &&
        !l->windows.in_window)
        windows_first(&l->windows, life);
    return when;
}

/* --- freed --- */

/* Did this activation, just before, allocate a block at the same stack to take the place of this
 * one?  *larger: a larger one. */
static bool is_replaced(struct lifetimes *l, struct state_life *life,
                        const struct live_record *record, bool *larger)
{
    const struct activations *a = l->activations;
    uint64_t last = life->last_event;
    uint32_t depth = atomic_load_explicit(&life->depth, memory_order_relaxed);
    if (WHEN_CHAIN(record->when) || last <= WHEN_EVENT(record->when) || last < a->since ||
        l->windows.event - last > REPLACE_FAR || life->last_size == 0)
        return false;
    uint32_t running = activations_running_since(a, last);
    if (running == 0 || running + REPLACE_NEAR < depth)
        return false;
    *larger = life->last_size > record->size_bytes;
    life->last_size = 0; /* it takes one place */
    return true;
}

/* A followed block of this thread.  True: it was replaced by a larger one. */
static __attribute__((noinline)) bool count_end(struct lifetimes *l, struct state_life *life,
                                                const struct live_record *record, bool followed)
{
    const struct activations *a = l->activations;
    uint64_t when = WHEN_EVENT(record->when);
    bool larger = false;
    if (!l->windows.following || (followed && when < a->since)) {
        lives_count(&life->censored);
    } else if (!followed) {
        lives_count(&life->unfollowed);
    } else {
        uint32_t depth = atomic_load_explicit(&life->depth, memory_order_relaxed);
        uint32_t running = activations_running_since(a, when);
        LIFETIMES_JUDGE_END(a, when, running);
        lives_count(&life->ended_at[level_of(depth, running)]);
        if (activations_doubted_since(a, running, when))
            lives_count_few(&life->doubted);
    }
    if (followed && is_replaced(l, life, record, &larger)) {
        lives_count(larger ? &life->replaced_larger : &life->replaced_smaller);
        lives_add(larger ? &life->replaced_larger_bytes : &life->replaced_smaller_bytes,
                  record->size_bytes);
    }
    return larger;
}

/* The stack was just walked, and its frames are there. */
static __attribute__((noinline)) void count_place(struct lifetimes *l, struct stack *stack,
                                                  struct state_life *life, uint64_t stack_hash)
{
    uint64_t offset = (uint64_t)((char *)life - (char *)state_map.header);
    uint64_t key = state_mix(stack_hash ^ stack->unload_epoch, offset) | 1;
    struct freed_at_entry *entry = &l->freed_at[key / 2 % PLACES];
    if (entry->key != key) {
        uint32_t node = nodes_known(stack_hash, stack->unload_epoch);
        bool room = atomic_load_explicit(&life->places, memory_order_relaxed) < STATE_LIFE_PLACES;
        if (node == 0 && room && (node = nodes_of(stack, stack_hash)) == 0)
            state_map_lost(STATE_LOST_LIFE);
        entry->key = 0; /* a handler may leave by longjmp in the middle */
        atomic_signal_fence(memory_order_seq_cst);
        entry->record = node ? lives_freed_at(life, node) : NULL;
        atomic_signal_fence(memory_order_seq_cst);
        entry->key = key;
    }
    if (entry->record)
        lives_count(&entry->record->count);
}

/* A block of this thread. */
static inline void count_age(const struct lifetimes *l, struct state_life *life,
                             const struct live_record *record)
{
    lives_count(&life->age[state_age_bucket(l->windows.event - WHEN_EVENT(record->when))]);
}

static inline void count_final_size(struct state_life *life, const struct live_record *record)
{
    lives_count(&life->final_size[state_size_bucket(record->size_bytes)]);
}

/* A block that was followed, or reallocated, or is freed in a followed event. */
static __attribute__((noinline)) void freed_followed(struct lifetimes *l, struct state_life *life,
                                                     struct stack *stack,
                                                     const struct live_record *record,
                                                     bool followed, uint64_t stack_hash)
{
    if (followed)
        count_place(l, stack, life, stack_hash);
    if (record->when == 0)
        return;
    if (is_of_another_thread(l, record->when)) {
        lives_count(&life->crossed);
        return;
    }
    if (!WHEN_FOLLOWED(record->when) || !count_end(l, life, record, followed))
        count_final_size(life, record);
    count_age(l, life, record);
    uint32_t chain = WHEN_CHAIN(record->when);
    if (chain == 0)
        return;
    lives_count(&life->chains);
    if (chain > atomic_load_explicit(&life->chain_longest, memory_order_relaxed))
        atomic_store_explicit(&life->chain_longest, (uint16_t)chain, memory_order_relaxed);
}

void lifetimes_freed(struct lifetimes *l, struct stack *stack, const struct live_record *record,
                     bool followed, uint64_t stack_hash)
{
    struct state_life *life = life_of(l, record->site);
    if (__builtin_expect(!life, 0))
        return;
    count_gone(life);
    /* Most are nothing but this thread's own: `when` has no flags, and the shard. */
    if (__builtin_expect(followed || (record->when & 0xffff) != l->shard, 0) ||
        is_of_another_thread(l, record->when)) {
        freed_followed(l, life, stack, record, followed, stack_hash);
        return;
    }
    count_final_size(life, record);
    count_age(l, life, record);
}

/* --- in a borrowed context --- */

static void add_shared(_Atomic uint32_t *counter)
{
    if (atomic_load_explicit(counter, memory_order_relaxed) != UINT32_MAX)
        atomic_fetch_add_explicit(counter, 1, memory_order_relaxed);
}

static struct state_life *shared_life(uint32_t site, int32_t change)
{
    uint32_t node = node_of(site);
    struct state_life *life = node ? lives_find(node, 0) : NULL;
    if (life && config.interval_bytes == 1)
        atomic_fetch_add_explicit(&life->live, change, memory_order_relaxed);
    return life;
}

void lifetimes_allocated_shared(uint32_t site)
{
    shared_life(site, 1);
}

void lifetimes_freed_shared(const struct live_record *record)
{
    struct state_life *life = shared_life(record->site, -1);
    if (life && record->when)
        add_shared(WHEN_FOLLOWED(record->when) ? &life->unfollowed : &life->crossed);
}

void lifetimes_moved(struct lifetimes *l, const struct live_record *record)
{
    struct state_life *life = l ? life_of(l, record->site) : shared_life(record->site, -1);
    if (!l || !life)
        return;
    count_gone(life);
    lives_count(&life->realloc_out);
}

void lifetimes_missed(struct lifetimes *l, const struct live_record *record)
{
    struct state_life *life = l ? life_of(l, record->site) : shared_life(record->site, -1);
    if (l && life)
        count_gone(life);
}
