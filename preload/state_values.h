/* SPDX-License-Identifier: Apache-2.0
 *
 * How some values in the state are computed, by the shim and by the collector: size classes,
 * and the checks by which a reader knows what is not of one piece.
 */
#ifndef MEMPROF_STATE_VALUES_H
#define MEMPROF_STATE_VALUES_H

#include "preload/state.h"
#include "preload/state_lifetimes.h"

#include <stdint.h>

/* Size classes: 0..64 are exact; above, 4 per octave: class 65 + 4 * o + q holds
 * the sizes in (2^(6+o) * (4 + q) / 4, 2^(6+o) * (5 + q) / 4]. */
#define STATE_CLASS_EXACT 64u
#define STATE_CLASSES     (65u + 4u * 58u)

/* Class of a size in bytes. */
static inline uint32_t state_size_class(uint64_t size_bytes)
{
    if (size_bytes <= STATE_CLASS_EXACT)
        return (uint32_t)size_bytes;
    uint64_t below = size_bytes - 1;
    uint32_t log2 = 63u - (uint32_t)__builtin_clzll(below);
    uint32_t quarter = (uint32_t)(below >> (log2 - 2)) & 3u;
    return 65u + 4u * (log2 - 6u) + quarter;
}

/* The largest size in a class, in bytes; saturates at UINT64_MAX. */
static inline uint64_t state_class_bytes(uint32_t size_class)
{
    if (size_class <= STATE_CLASS_EXACT)
        return size_class;
    if (size_class >= STATE_CLASSES - 1)
        return UINT64_MAX;
    uint32_t octave = (size_class - 65u) / 4u;
    uint32_t quarter = (size_class - 65u) % 4u;
    return (UINT64_C(16) << octave) * (5u + quarter);
}

/* Mixes a word into a hash: each bit of both changes about half of the result's bits. */
static inline uint64_t state_mix(uint64_t hash, uint64_t word)
{
    hash = (hash ^ word) * UINT64_C(0xff51afd7ed558ccd);
    hash = (hash ^ hash >> 32) * UINT64_C(0xc4ceb9fe1a85ec53);
    return hash ^ hash >> 29;
}

/* Rounds a number of bytes down to a level of 32 bits: a larger level means more bytes, and the
 * rounding takes at most 2^-26 of them. */
static inline uint32_t state_level(uint64_t bytes)
{
    if (bytes == 0)
        return 0;
    uint32_t log2 = 63u - (uint32_t)__builtin_clzll(bytes);
    return log2 << 26 | (uint32_t)((bytes << (63u - log2) & INT64_MAX) >> 37);
}

/* The smallest number of bytes that has this level. */
static inline uint64_t state_level_bytes(uint32_t level)
{
    uint64_t mantissa = UINT64_C(1) << 63 | (uint64_t)(level & ((1u << 26) - 1)) << 37;
    return level == 0 ? 0 : mantissa >> (63u - (level >> 26));
}

/* state_peak.mark. */
static inline uint64_t state_peak_mark(uint32_t epoch, const uint64_t values[4])
{
    uint64_t hash = epoch;
    for (unsigned i = 0; i < 4; i++)
        hash = state_mix(hash, values[i]);
    return (uint64_t)epoch << 32 | (hash & UINT32_MAX);
}

/* state_point.stamp.  The upper 44 bits are the time since header.start_monotonic_ns in units of
 * 2^20 ns (about 1 ms), plus one, the lower 20 bits are a check of everything. */
#define STATE_POINT_TIME_SHIFT 20
static inline uint64_t state_point_stamp(uint64_t since_start_ns, uint64_t inuse_bytes,
                                         uint64_t allocated_bytes, uint64_t allocated_objects)
{
    uint64_t time = (since_start_ns >> STATE_POINT_TIME_SHIFT) + 1;
    uint64_t hash =
        state_mix(state_mix(state_mix(time, inuse_bytes), allocated_bytes), allocated_objects);
    return time << STATE_POINT_TIME_SHIFT | (hash & ((1u << STATE_POINT_TIME_SHIFT) - 1));
}

/* The size of a table's records in this build; 0: they have no fixed size. */
static inline uint32_t state_record_bytes(unsigned table)
{
    static const uint32_t bytes[STATE_TABLE_COUNT] = {
        [STATE_TABLE_MODULES] = sizeof(struct state_module),
        [STATE_TABLE_NODES] = sizeof(struct state_node),
        [STATE_TABLE_SITES] = sizeof(struct state_site),
        [STATE_TABLE_SHARDS] = sizeof(struct state_shard),
        [STATE_TABLE_COUNTERS] = sizeof(struct state_counters),
        [STATE_TABLE_DIFFS] = sizeof(struct state_diff),
        [STATE_TABLE_PEAKS] = sizeof(struct state_peak),
        [STATE_TABLE_TIMELINE] = sizeof(struct state_point),
        [STATE_TABLE_LIFE] = sizeof(struct state_life),
        [STATE_TABLE_FREED_AT] = sizeof(struct state_freed_at),
    };
    return bytes[table];
}

#endif
