/* SPDX-License-Identifier: Apache-2.0
 *
 * Sums the counters of sites: as they are now, and as they were at the peak.
 */
#include "collector/state/counts.h"

#include "collector/state/layout.h"

#include <stdlib.h>
#include <string.h>

#define PEAK_ATTEMPTS 3

static uint64_t load(const _Atomic uint64_t *value)
{
    return atomic_load_explicit(value, memory_order_acquire);
}

/* The number of the site that counters belong to; 0: the number cannot be a site's. */
static uint32_t site_of(const struct state_reader *reader, const struct state_counters *counters)
{
    uint32_t key = atomic_load_explicit(&counters->key, memory_order_acquire);
    uint32_t site = STATE_COUNTERS_SITE(key);
    return site < reader->site_count ? site : 0;
}

/* --- now --- */

/* Adds one half of the counters to the sums: what was freed, or what was allocated. */
static void add_half(struct state_reader_counts *sum, const struct state_counters *counters,
                     bool freed)
{
    if (freed) {
        sum->freed_objects += load(&counters->freed_objects);
        sum->freed_bytes += load(&counters->freed_bytes);
    } else {
        sum->allocated_objects += load(&counters->allocated_objects);
        sum->allocated_bytes += load(&counters->allocated_bytes);
    }
}

/* Walks over all counters and adds them up: for each site in `counts`, or, where that is NULL,
 * all of them in `total`. */
static void sum_half(const struct state_reader *reader, struct state_reader_counts *counts,
                     struct state_reader_counts *total, bool freed)
{
    struct state_walk walk = {0};
    uint64_t first;
    uint32_t count;
    const void *records;
    while ((records = state_layout_next(reader, STATE_TABLE_COUNTERS, &walk, &first, &count)))
        for (uint32_t i = 0; i < count; i++) {
            const struct state_counters *counters =
                state_layout_at(reader, STATE_TABLE_COUNTERS, records, i);
            uint32_t site = site_of(reader, counters);
            if (total || site != 0)
                add_half(total ? total : &counts[site], counters, freed);
        }
}

/* Freed first: acquire pairs with the writer's release, so that the allocation of what was seen
 * freed is seen afterwards.  The second pass looks at the chunk table anew: counters whose
 * allocation was freed before the first pass may lie in a chunk that is newer than it. */
static void sum_both(const struct state_reader *reader, struct state_reader_counts *counts,
                     struct state_reader_counts *total)
{
    sum_half(reader, counts, total, true);
    sum_half(reader, counts, total, false);
}

void state_reader_counts(const struct state_reader *reader, struct state_reader_counts *counts)
{
    memset(counts, 0, (size_t)reader->site_count * sizeof(*counts));
    sum_both(reader, counts, NULL);
}

/* --- totals --- */

static void sum_shards(const struct state_reader *reader, struct state_reader_counts *totals,
                       bool freed)
{
    struct state_walk walk = {0};
    uint64_t first;
    uint32_t count;
    const void *records;
    while ((records = state_layout_next(reader, STATE_TABLE_SHARDS, &walk, &first, &count)))
        for (uint32_t i = 0; i < count && first + i < STATE_SHARDS_MAX; i++) {
            const struct state_shard *shard =
                state_layout_at(reader, STATE_TABLE_SHARDS, records, i);
            if (freed) {
                totals->freed_objects += load(&shard->freed_objects);
                totals->freed_bytes += load(&shard->freed_bytes);
            } else {
                totals->allocated_objects += load(&shard->allocated_objects);
                totals->allocated_bytes += load(&shard->allocated_bytes);
            }
        }
}

void state_reader_totals(const struct state_reader *reader, struct state_reader_counts *totals)
{
    *totals = (struct state_reader_counts){0};
    if (reader->info.has_totals) {
        sum_shards(reader, totals, true);
        sum_shards(reader, totals, false);
        return;
    }
    sum_both(reader, NULL, totals);
}

/* --- at the peak --- */

/* The offset in the file of each chunk of PEAKS, by its ordinal; 0: there is no such chunk. */
static void find_peaks(const struct state_reader *reader, uint64_t *offsets)
{
    struct state_walk walk = {0};
    uint64_t first;
    uint32_t count, per_chunk = state_layout_per_chunk(reader, STATE_TABLE_PEAKS);
    const char *records;
    memset(offsets, 0, STATE_CHUNKS_MAX * sizeof(*offsets));
    while ((records = state_layout_next(reader, STATE_TABLE_PEAKS, &walk, &first, &count)))
        if (first / per_chunk < STATE_CHUNKS_MAX)
            offsets[first / per_chunk] =
                (uint64_t)(records - reader->base) -
                first % per_chunk * reader->record_bytes[STATE_TABLE_PEAKS];
}

/* Reads what was saved of the counters `index`.  False: nothing was. */
static bool read_saved(const struct state_reader *reader, const uint64_t *offsets, uint64_t index,
                       bool is_shared, uint32_t epoch, uint64_t values[4])
{
    uint32_t per_chunk = state_layout_per_chunk(reader, STATE_TABLE_PEAKS);
    uint64_t ordinal = index / per_chunk;
    uint64_t offset = ordinal < STATE_CHUNKS_MAX ? offsets[ordinal] : 0;
    if (offset == 0)
        return false;
    offset += index % per_chunk * reader->record_bytes[STATE_TABLE_PEAKS];
    if (!state_layout_is_stored(reader, offset, sizeof(struct state_peak)))
        return false;
    const struct state_peak *peak = (const void *)(reader->base + offset);
    /* Acquire pairs with the writer's fence: what it saw of the header's epoch when it saved
     * these is seen by the look at that afterwards. */
    values[0] = load(&peak->allocated_objects);
    values[1] = load(&peak->allocated_bytes);
    values[2] = load(&peak->freed_objects);
    values[3] = load(&peak->freed_bytes);
    return !is_shared || load(&peak->mark) == state_peak_mark(epoch, values);
}

static uint32_t load_epoch(const struct state_reader *reader)
{
    return STATE_PEAK_EPOCH(
        atomic_load_explicit(&state_layout_header(reader)->peak.epoch_level, memory_order_acquire));
}

/* Adds what one site had in one shard at the peak of `epoch`; false: not known, and what it
 * has now was added. */
static bool add_at_peak(const struct state_reader *reader, const uint64_t *offsets, uint64_t index,
                        const struct state_counters *counters, uint32_t epoch,
                        struct state_reader_counts *sum)
{
    uint64_t values[4] = {load(&counters->allocated_objects), load(&counters->allocated_bytes),
                          load(&counters->freed_objects), load(&counters->freed_bytes)};
    bool is_known = true;
    /* The epoch is loaded after the values.  Acquire pairs with the writer's store of the epoch,
     * which comes before the first change of the values in it. */
    if (atomic_load_explicit(&counters->epoch, memory_order_acquire) == epoch) {
        uint32_t key = atomic_load_explicit(&counters->key, memory_order_relaxed);
        uint64_t saved[4];
        is_known = read_saved(reader, offsets, index, STATE_COUNTERS_SHARD(key) == 0, epoch, saved);
        if (is_known)
            memcpy(values, saved, sizeof(values));
    }
    sum->allocated_objects += values[0];
    sum->allocated_bytes += values[1];
    sum->freed_objects += values[2];
    sum->freed_bytes += values[3];
    return is_known;
}

/* One attempt; false: not exact. */
static bool sum_at_peak(const struct state_reader *reader, uint64_t *offsets,
                        struct state_reader_counts *counts, uint32_t epoch)
{
    struct state_walk walk = {0};
    uint64_t first;
    uint32_t count;
    bool is_exact = true;
    const void *records;
    memset(counts, 0, (size_t)reader->site_count * sizeof(*counts));
    find_peaks(reader, offsets);
    while ((records = state_layout_next(reader, STATE_TABLE_COUNTERS, &walk, &first, &count)))
        for (uint32_t i = 0; i < count; i++) {
            const struct state_counters *counters =
                state_layout_at(reader, STATE_TABLE_COUNTERS, records, i);
            uint32_t site = site_of(reader, counters);
            if (site != 0)
                is_exact &= add_at_peak(reader, offsets, first + i, counters, epoch, &counts[site]);
        }
    return is_exact;
}

/* The bytes in use; 0 where a crafted state has freed more than it allocated. */
static uint64_t inuse_bytes(const struct state_reader_counts *counts, uint32_t count)
{
    uint64_t allocated = 0, freed = 0;
    for (uint32_t i = 0; i < count; i++) {
        allocated += counts[i].allocated_bytes;
        freed += counts[i].freed_bytes;
    }
    return freed < allocated ? allocated - freed : 0;
}

static uint64_t peak_realtime_ns(const struct state_reader *reader)
{
    uint64_t ns = atomic_load_explicit(&state_layout_header(reader)->peak.ns, memory_order_relaxed);
    return ns ? reader->info.start_ns + ns : 0;
}

void state_reader_peak(const struct state_reader *reader, struct state_reader_peak *peak)
{
    struct state_reader_counts now;
    *peak = (struct state_reader_peak){.is_known = reader->info.has_peak};
    if (!peak->is_known)
        return;
    state_reader_totals(reader, &now);
    peak->bytes =
        atomic_load_explicit(&state_layout_header(reader)->peak.bytes, memory_order_acquire);
    peak->ns = peak_realtime_ns(reader);
    if (inuse_bytes(&now, 1) > peak->bytes)
        *peak = (struct state_reader_peak){
            .bytes = inuse_bytes(&now, 1), .is_known = true, .is_now = true};
}

bool state_reader_counts_at_peak(const struct state_reader *reader,
                                 struct state_reader_counts *counts, struct state_reader_peak *peak)
{
    *peak = (struct state_reader_peak){.is_known = reader->info.has_peak};
    if (!peak->is_known) {
        state_reader_counts(reader, counts);
        peak->bytes = inuse_bytes(counts, reader->site_count);
        return true;
    }
    uint64_t *offsets = malloc(STATE_CHUNKS_MAX * sizeof(*offsets));
    if (!offsets)
        return false;
    /* The highest total so far may be the one of this moment, which no thread has declared a
     * peak yet: so the totals are looked at before the counters are. */
    struct state_reader_counts now;
    state_reader_totals(reader, &now);
    for (int attempt = 0; attempt < PEAK_ATTEMPTS && !peak->is_exact; attempt++) {
        uint32_t epoch = load_epoch(reader);
        bool is_whole = sum_at_peak(reader, offsets, counts, epoch);
        peak->ns = peak_realtime_ns(reader);
        peak->is_exact = load_epoch(reader) == epoch && is_whole;
    }
    free(offsets);
    peak->bytes = inuse_bytes(counts, reader->site_count);
    /* A thread declares a peak when the total falls again.  Until then the total of now is the
     * peak. */
    if (inuse_bytes(&now, 1) > peak->bytes) {
        state_reader_counts(reader, counts);
        *peak = (struct state_reader_peak){.bytes = inuse_bytes(counts, reader->site_count),
                                           .is_known = true,
                                           .is_now = true,
                                           .is_exact = true};
    }
    return true;
}
