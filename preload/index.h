/* SPDX-License-Identifier: Apache-2.0
 *
 * A lock-free hash index from keys of 64 bits to ids, in 8 bytes an entry: the id, and of
 * the key what fits beside it.  Keys that agree in that part and share a place are taken for
 * one: whoever stores ids of many bits looks at what an id names before it is believed.
 * Levels of open addressing, each larger than the one before; a key goes into the newest
 * level, and a look-up goes from the newest to the oldest.  Keys stay; an id may be replaced.
 * A look-up is one miss in most levels, and an entry is one word, which is never seen
 * half written.  Any thread, signal handlers too.
 */
#ifndef MEMPROF_INDEX_H
#define MEMPROF_INDEX_H

#include "preload/arena.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#define INDEX_LEVELS 14
#define INDEX_FIRST  512u /* entries of level 0: 4 KiB */
#define INDEX_FAST   4u   /* levels that are four times the one before, then twice */
#define INDEX_LINE   8u   /* entries of a cache line, where the probes begin */
#define INDEX_PROBES 64u  /* at most: a level that is about 0.65 full takes no more keys */
#define INDEX_PLACE  38   /* the bits of a mixed key from here on choose the place */

/* key's part << id_bits | id; 0: empty. */
typedef _Atomic uint64_t index_entry;

struct index {
    _Atomic(index_entry *) levels[INDEX_LEVELS];
    _Atomic uint32_t count; /* how many levels there are */
};

static inline uint32_t index_mask(uint32_t level)
{
    return (INDEX_FIRST << (level < INDEX_FAST ? 2 * level : level + INDEX_FAST)) - 1;
}

/* Fewer probes in the first levels, which are so small that this many would look at every entry. */
static inline uint32_t index_probes(uint32_t level)
{
    return level < 2 ? INDEX_PROBES >> (2 - level) : INDEX_PROBES;
}

static inline uint64_t index_mixed(uint64_t key)
{
    return key * UINT64_C(0x9e3779b97f4a7c15);
}

/* Where the probes for a key begin, before the level's mask. */
static inline uint32_t index_place(uint64_t mixed)
{
    return (uint32_t)(mixed >> INDEX_PLACE) & -INDEX_LINE;
}

/* Adds a level, unless another thread has done so meanwhile.  False: no memory. */
static inline bool index_grow(struct index *index, uint32_t count)
{
    if (count == INDEX_LEVELS)
        return false;
    size_t bytes = (index_mask(count) + 1ul) * sizeof(index_entry);
    index_entry *none = NULL, *made = arena_alloc(bytes, 64);
    if (!made)
        return false;
    /* Its memory is populated only after it was published: one that came too late has cost
     * address space alone. */
    if (atomic_compare_exchange_strong_explicit(&index->levels[count], &none, made,
                                                memory_order_release, memory_order_relaxed))
        arena_populate(made, bytes);
    atomic_compare_exchange_strong_explicit(&index->count, &count, count + 1, memory_order_release,
                                            memory_order_relaxed);
    return true;
}

/* Enters a key, or gives it another id; false only when there is no memory for another
 * level.  `id` is not 0 and has at most `id_bits` bits, which are the same in all calls. */
static inline bool index_put(struct index *index, unsigned id_bits, uint64_t key, uint32_t id)
{
    uint64_t mixed = index_mixed(key), entry = mixed << id_bits | id;
    uint32_t count;
    do {
        count = atomic_load_explicit(&index->count, memory_order_acquire);
        for (uint32_t i = 0; count > 0 && i < index_probes(count - 1); i++) {
            index_entry *level =
                atomic_load_explicit(&index->levels[count - 1], memory_order_acquire);
            index_entry *at = &level[(index_place(mixed) + i) & index_mask(count - 1)];
            uint64_t seen = atomic_load_explicit(at, memory_order_relaxed);
            /* Release: a thread that finds the id (acquire) sees what it names. */
            if (seen == 0 && atomic_compare_exchange_strong_explicit(
                                 at, &seen, entry, memory_order_release, memory_order_relaxed))
                return true;
            if ((seen ^ entry) >> id_bits != 0)
                continue;
            if (seen != entry)
                atomic_store_explicit(at, entry, memory_order_release);
            return true;
        }
    } while (index_grow(index, count));
    return false;
}

/* Looks a key up in one level: its id, or 0. */
static inline uint32_t index_get_level(struct index *index, unsigned id_bits, uint64_t mixed,
                                       uint32_t level)
{
    index_entry *entries = atomic_load_explicit(&index->levels[level], memory_order_acquire);
    for (uint32_t i = 0; i < index_probes(level); i++) {
        index_entry *at = &entries[(index_place(mixed) + i) & index_mask(level)];
        uint64_t seen = atomic_load_explicit(at, memory_order_acquire);
        if (seen == 0)
            return 0;
        if ((seen ^ mixed << id_bits) >> id_bits == 0)
            return (uint32_t)(seen & ((UINT64_C(1) << id_bits) - 1));
    }
    return 0;
}

/* Looks a key up in the levels before `level`, newest first: its id, or 0. */
static inline uint32_t index_get_before(struct index *index, unsigned id_bits, uint64_t mixed,
                                        uint32_t level)
{
    uint32_t id = 0;
    while (id == 0 && level-- > 0)
        id = index_get_level(index, id_bits, mixed, level);
    return id;
}

/* Looks a key up: its id, or 0. */
static inline uint32_t index_get(struct index *index, unsigned id_bits, uint64_t key)
{
    return index_get_before(index, id_bits, index_mixed(key),
                            atomic_load_explicit(&index->count, memory_order_acquire));
}

/* The same; a key that is found in an old level is entered again in the newest one, so that keys
 * in use are found there at the first look. */
static inline uint32_t index_get_again(struct index *index, unsigned id_bits, uint64_t key)
{
    uint64_t mixed = index_mixed(key);
    uint32_t count = atomic_load_explicit(&index->count, memory_order_acquire);
    uint32_t id = count ? index_get_level(index, id_bits, mixed, count - 1) : 0;
    if (id || count < 2)
        return id;
    id = index_get_before(index, id_bits, mixed, count - 1);
    if (id)
        index_put(index, id_bits, key, id);
    return id;
}

#endif
