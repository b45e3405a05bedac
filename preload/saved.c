/* SPDX-License-Identifier: Apache-2.0 */
#include "preload/saved.h"
#include "preload/process/state_map.h"
#include "preload/state_values.h"

/* The index of counters in their table, and where they lie in their chunk. */
static uint32_t index_of(const struct state_counters *counters, uint64_t *place)
{
    const struct state_header *h = state_map.header;
    uint64_t from = (uint64_t)((const char *)counters - (const char *)h) - h->chunks_offset;
    const _Atomic uint32_t *entries =
        (const _Atomic uint32_t *)((const char *)h + h->chunk_table_offset);
    uint32_t shift = (uint32_t)__builtin_ctz(h->chunk_bytes);
    *place = from & (h->chunk_bytes - 1);
    /* The entry was there before these counters. */
    return STATE_CHUNK_ORDINAL(atomic_load_explicit(&entries[from >> shift], memory_order_relaxed));
}

/* The record of PEAKS; records of both tables are as long, so both lie at one place. */
static struct state_peak *record_of(const struct state_counters *counters)
{
    static_assert(sizeof(struct state_peak) == sizeof(struct state_counters), "one place");
    uint64_t place;
    uint32_t ordinal = index_of(counters, &place);
    char *chunk = state_map_chunk(STATE_TABLE_PEAKS, ordinal);
    return chunk ? (struct state_peak *)(chunk + place) : NULL;
}

void saved_reserve(const struct state_counters *counters)
{
    uint64_t place;
    uint32_t ordinal = index_of(counters, &place);
    uint32_t per_chunk = state_map.header->chunk_bytes / (uint32_t)sizeof(struct state_peak);
    state_map_record(STATE_TABLE_PEAKS, ordinal * per_chunk, sizeof(struct state_peak));
}

/* A reader that sees one of these must see that the epoch has begun: the fence, after the load of
 * the epoch, pairs with the reader's before its second look at that. */
static void store(struct state_peak *saved, const uint64_t values[4])
{
    atomic_thread_fence(memory_order_release);
    atomic_store_explicit(&saved->allocated_objects, values[0], memory_order_relaxed);
    atomic_store_explicit(&saved->allocated_bytes, values[1], memory_order_relaxed);
    atomic_store_explicit(&saved->freed_objects, values[2], memory_order_relaxed);
    atomic_store_explicit(&saved->freed_bytes, values[3], memory_order_relaxed);
}

static void load(const struct state_counters *counters, uint64_t values[4])
{
    values[0] = atomic_load_explicit(&counters->allocated_objects, memory_order_relaxed);
    values[1] = atomic_load_explicit(&counters->allocated_bytes, memory_order_relaxed);
    values[2] = atomic_load_explicit(&counters->freed_objects, memory_order_relaxed);
    values[3] = atomic_load_explicit(&counters->freed_bytes, memory_order_relaxed);
}

void saved_save(struct state_counters *counters, uint32_t epoch)
{
    struct state_peak *saved = record_of(counters);
    uint64_t values[4];
    load(counters, values);
    if (saved)
        store(saved, values);
    else
        state_map_lost(STATE_LOST_PEAK);
    /* Pairs with the reader's acquire: who sees this epoch sees what was saved. */
    atomic_store_explicit(&counters->epoch, epoch, memory_order_release);
}

void saved_save_shared(struct state_counters *counters)
{
    struct state_header_peak *peak = &state_map.header->peak;
    uint32_t known = atomic_load_explicit(&counters->epoch, memory_order_relaxed);
    uint32_t epoch =
        STATE_PEAK_EPOCH(atomic_load_explicit(&peak->epoch_level, memory_order_acquire));
    uint64_t values[4];
    do {
        if (epoch <= known)
            return;
        load(counters, values);
        /* Nobody counts here in this epoch before the winner has read, which the release half
         * orders; who loses to it counts on.  One who claimed an older epoch meanwhile has
         * saved nothing for this one. */
    } while (!atomic_compare_exchange_strong_explicit(&counters->epoch, &known, epoch,
                                                      memory_order_acq_rel, memory_order_relaxed));
    struct state_peak *saved = record_of(counters);
    if (!saved) {
        state_map_lost(STATE_LOST_PEAK);
        return;
    }
    store(saved, values);
    /* Relaxed: a reader that sees it before what it marks finds that it does not fit. */
    atomic_store_explicit(&saved->mark, state_peak_mark(epoch, values), memory_order_relaxed);
}
