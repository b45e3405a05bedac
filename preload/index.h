/* SPDX-License-Identifier: Apache-2.0
 *
 * A lock-free hash index from keys of 64 bits, not 0, to values of 64 bits, not 0.
 * Levels of open addressing, each larger than the one before; a key goes into the
 * newest level, a look-up goes from the newest to the oldest, and what is found in
 * an old level is entered again in the newest, so that what is in use is found at
 * once.  Keys stay; a value may be replaced.  Key and value share a cache line: a
 * look-up is one miss.  Any thread, signal handlers too.
 */
#ifndef MEMPROF_INDEX_H
#define MEMPROF_INDEX_H

#include "preload/arena.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#define INDEX_LEVELS   14
#define INDEX_FIRST    512u /* entries of level 0: 8 KiB */
#define INDEX_FAST     4u   /* levels that are four times the one before, then twice */
#define INDEX_PROBES   16u
#define INDEX_LINE     4u /* entries of a cache line, where the probes begin */
#define INDEX_MULTIPLY UINT64_C(0x9e3779b97f4a7c15)

/* Empty while the key is 0; being entered while the value is. */
struct index_entry {
    _Atomic uint64_t key;
    _Atomic uint64_t value;
};

struct index {
    _Atomic(struct index_entry *) levels[INDEX_LEVELS];
    _Atomic uint32_t count; /* levels there are */
};

static inline uint32_t index_mask(uint32_t level)
{
    return (INDEX_FIRST << (level < INDEX_FAST ? 2 * level : level + INDEX_FAST)) - 1;
}

/* Where the probes for a key begin, before the level's mask. */
static inline uint32_t index_place(uint64_t key)
{
    return (uint32_t)(key * INDEX_MULTIPLY >> 32) & -INDEX_LINE;
}

/* One level more, unless another thread was quicker; false: no memory. */
static inline bool index_grow(struct index *index, uint32_t count)
{
    if (count == INDEX_LEVELS)
        return false;
    size_t bytes = (index_mask(count) + 1ul) * sizeof(struct index_entry);
    struct index_entry *none = NULL, *made = arena_alloc(bytes, 64);
    if (!made)
        return false;
    /* Populated when it is the one: a lost one is address space. */
    if (atomic_compare_exchange_strong_explicit(&index->levels[count], &none, made,
                                                memory_order_release, memory_order_relaxed))
        arena_populate(made, bytes);
    atomic_compare_exchange_strong_explicit(&index->count, &count, count + 1, memory_order_release,
                                            memory_order_relaxed);
    return true;
}

/* Enters a key, or gives it another value; false only when there is no memory for
 * another level. */
static inline bool index_put(struct index *index, uint64_t key, uint64_t value)
{
    uint32_t count;
    do {
        count = atomic_load_explicit(&index->count, memory_order_acquire);
        for (uint32_t i = 0; count > 0 && i < INDEX_PROBES; i++) {
            struct index_entry *level =
                atomic_load_explicit(&index->levels[count - 1], memory_order_acquire);
            struct index_entry *entry = &level[(index_place(key) + i) & index_mask(count - 1)];
            uint64_t seen = 0;
            if (!atomic_compare_exchange_strong_explicit(
                    &entry->key, &seen, key, memory_order_relaxed, memory_order_relaxed) &&
                seen != key)
                continue;
            /* Release: who finds the value sees what it names. */
            atomic_store_explicit(&entry->value, value, memory_order_release);
            return true;
        }
    } while (index_grow(index, count));
    return false;
}

/* The value of a key; 0: none. */
static inline uint64_t index_get(struct index *index, uint64_t key)
{
    uint32_t count = atomic_load_explicit(&index->count, memory_order_acquire);
    for (uint32_t level = count; level-- > 0;) {
        struct index_entry *entries =
            atomic_load_explicit(&index->levels[level], memory_order_acquire);
        for (uint32_t i = 0; i < INDEX_PROBES; i++) {
            struct index_entry *entry = &entries[(index_place(key) + i) & index_mask(level)];
            uint64_t seen = atomic_load_explicit(&entry->key, memory_order_relaxed);
            if (seen == 0)
                break;
            if (seen != key)
                continue;
            uint64_t value = atomic_load_explicit(&entry->value, memory_order_acquire);
            if (value && level + 1 < count)
                index_put(index, key, value);
            if (value)
                return value;
        }
    }
    return 0;
}

#endif
