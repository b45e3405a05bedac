/* SPDX-License-Identifier: Apache-2.0 */
#include "preload/counters.h"
#include "preload/arena.h"
#include "preload/process/state_map.h"
#include "preload/process/thread.h"
#include "preload/saved.h"

PROCESS_WIDE(struct counter_shards, shards);

static struct counter_shard *create(uint32_t index, uint32_t owner)
{
    struct counter_shard *shard = arena_alloc(sizeof *shard, 64);
    struct state_shard *record =
        state_map_record(STATE_TABLE_SHARDS, index, sizeof(struct state_shard));
    if (!shard || !record)
        return NULL;
    shard->record = record;
    shard->index = index;
    shard->state = (char *)state_map.header;
    atomic_store_explicit(&record->owner, owner, memory_order_relaxed);
    atomic_store_explicit(&record->owners, 1, memory_order_relaxed);
    atomic_store_explicit(&shards.all[index], shard, memory_order_release);
    return shard;
}

bool counters_init(void)
{
    atomic_store_explicit(&state_map.header->shards_used, 1, memory_order_relaxed);
    return create(0, 0) != NULL;
}

void shards_sum(struct shard_totals *totals)
{
    uint32_t used = atomic_load_explicit(&state_map.header->shards_used, memory_order_relaxed);
    *totals = (struct shard_totals){0};
    for (int freed = 1; freed >= 0; freed--)
        for (uint32_t i = 0; i < used && i < STATE_SHARDS_MAX; i++) {
            const struct counter_shard *shard =
                atomic_load_explicit(&shards.all[i], memory_order_acquire);
            if (!shard) /* another thread is about to publish it */
                continue;
            const struct state_shard *record = shard->record;
            /* Acquire pairs with the release stores of who counts. */
            if (freed) {
                totals->freed_bytes +=
                    atomic_load_explicit(&record->freed_bytes, memory_order_acquire);
            } else {
                totals->allocated_bytes +=
                    atomic_load_explicit(&record->allocated_bytes, memory_order_acquire);
                totals->allocated_objects +=
                    atomic_load_explicit(&record->allocated_objects, memory_order_relaxed);
            }
        }
}

struct counter_shard *shard_shared(void)
{
    return atomic_load_explicit(&shards.all[0], memory_order_acquire);
}

/* Takes the shard if its owner has ended.  One with our own number had it before us. */
static bool inherit(struct counter_shard *shard, uint32_t owner)
{
    uint32_t last = atomic_load_explicit(&shard->record->owner, memory_order_relaxed);
    bool ours = last == owner && owner != THREAD_ID_NONE;
    if (last != 0 && !ours && !thread_is_gone(last))
        return false;
    /* Acquire pairs with the release of an owner that gave it back.  What one that ended did
     * came before the kernel took its number out, which we have seen. */
    if (!atomic_compare_exchange_strong_explicit(&shard->record->owner, &last, owner,
                                                 memory_order_acquire, memory_order_relaxed))
        return false;
    atomic_fetch_add_explicit(&shard->record->owners, 1, memory_order_relaxed);
    return true;
}

/* Threads that come and go one after the other find their predecessor's at once. */
static struct counter_shard *take_over(uint32_t owner)
{
    uint32_t used = atomic_load_explicit(&state_map.header->shards_used, memory_order_relaxed);
    uint32_t first = atomic_load_explicit(&shards.last_taken, memory_order_relaxed);
    for (uint32_t n = 0; n < used && n < STATE_SHARDS_MAX; n++) {
        uint32_t i = (first + n) % used;
        struct counter_shard *shard =
            i == 0 || i >= STATE_SHARDS_MAX
                ? NULL
                : atomic_load_explicit(&shards.all[i], memory_order_acquire);
        if (shard && inherit(shard, owner)) {
            atomic_store_explicit(&shards.last_taken, i, memory_order_relaxed);
            return shard;
        }
    }
    return NULL;
}

struct counter_shard *shard_acquire(void)
{
    _Atomic uint32_t *used = &state_map.header->shards_used;
    uint32_t owner = thread_id();
    struct counter_shard *shard = take_over(owner);
    if (shard)
        return shard;
    uint32_t index = atomic_load_explicit(used, memory_order_relaxed);
    do {
        if (index >= STATE_SHARDS_MAX)
            return NULL;
    } while (!atomic_compare_exchange_weak_explicit(used, &index, index + 1, memory_order_relaxed,
                                                    memory_order_relaxed));
    atomic_store_explicit(&shards.last_taken, index, memory_order_relaxed);
    return create(index, owner);
}

void shard_release(struct counter_shard *shard)
{
    atomic_store_explicit(&shard->record->owner, 0, memory_order_release);
}

static _Atomic uint32_t *entry_of(struct counter_shard *shard, uint32_t site)
{
    _Atomic(_Atomic uint32_t *) *place = &shard->pages[site / SHARD_PAGE_SITES];
    _Atomic uint32_t *page = atomic_load_explicit(place, memory_order_acquire);
    if (!page) {
        _Atomic uint32_t *made = arena_alloc(SHARD_PAGE_SITES * sizeof *made, 64);
        if (!made)
            return NULL;
        if (atomic_compare_exchange_strong_explicit(place, &page, made, memory_order_acq_rel,
                                                    memory_order_acquire))
            page = made;
    }
    return &page[site % SHARD_PAGE_SITES];
}

struct state_counters *counters_create(struct counter_shard *shard, uint32_t site)
{
    _Atomic uint32_t *entry = entry_of(shard, site);
    bool reserved = shard->index == 0;
    uint64_t offset = 0;
    if (entry)
        offset = reserved ? state_map_append_reserved()
                          : state_map_append(STATE_TABLE_COUNTERS, sizeof(struct state_counters));
    if (offset == 0) { /* unless another thread had the room that was promised to both */
        uint32_t made = entry ? atomic_load_explicit(entry, memory_order_acquire) : 0;
        return made ? (struct state_counters *)(shard->state + (uint64_t)made * 8) : NULL;
    }
    struct state_counters *counters = (struct state_counters *)(shard->state + offset);
    saved_reserve(counters);
    /* Pairs with the reader's acquire: the rest reads as zero. */
    atomic_store_explicit(&counters->key, STATE_COUNTERS_KEY(shard->index, site),
                          memory_order_release);
    /* In the shared shard another thread may be quicker: its counters are the ones, and
     * ours stay at zero. */
    uint32_t named = 0;
    if (atomic_compare_exchange_strong_explicit(entry, &named, (uint32_t)(offset / 8),
                                                memory_order_acq_rel, memory_order_acquire)) {
        if (reserved)
            state_map_unreserve_counters(); /* the promise is kept */
        return counters;
    }
    return (struct state_counters *)(shard->state + (uint64_t)named * 8);
}

bool counters_reserve(uint32_t site)
{
    return entry_of(shard_shared(), site) && state_map_reserve_counters();
}

struct state_counters *counters_shared(uint32_t *site)
{
    struct state_counters *counters = counters_of(shard_shared(), *site);
    if (counters)
        return counters;
    *site = SITE_OTHER;
    return counters_of(shard_shared(), SITE_OTHER);
}
