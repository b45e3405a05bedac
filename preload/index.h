/* SPDX-License-Identifier: Apache-2.0
 *
 * A lock-free, insert-only hash index from keys to ids that live elsewhere.
 * Levels of open addressing, each four times the one before; a key goes into the
 * newest level, a look-up goes from the newest to the oldest, and what is found in
 * an old level is entered again in the newest, so that what is in use is found at
 * once.  Two threads may enter the same key at once with two ids; both stay good.
 */
#ifndef MEMPROF_INDEX_H
#define MEMPROF_INDEX_H

#include "preload/arena.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#define INDEX_LEVELS 12
#define INDEX_FIRST  1024u /* entries of level 0: 8 KiB */
#define INDEX_PROBES 16u

/* An entry: upper half of the key's hash << 32 | id; 0: empty. */
struct index {
    _Atomic(_Atomic uint64_t *) levels[INDEX_LEVELS];
    _Atomic uint32_t count; /* levels there are */
};

static inline uint32_t index_mask(uint32_t level)
{
    return (INDEX_FIRST << (2 * level)) - 1;
}

/* Enters id; false only when there is no memory for another level. */
static inline bool index_insert(struct index *index, uint64_t hash, uint32_t id)
{
    uint64_t entry = (hash & UINT64_C(0xffffffff00000000)) | id;
    for (;;) {
        uint32_t count = atomic_load_explicit(&index->count, memory_order_acquire);
        if (count > 0) {
            _Atomic uint64_t *level =
                atomic_load_explicit(&index->levels[count - 1], memory_order_acquire);
            for (uint32_t i = 0; i < INDEX_PROBES; i++) {
                uint64_t empty = 0;
                /* Release: who finds the id sees what it names. */
                if (atomic_compare_exchange_strong_explicit(
                        &level[(hash + i) & index_mask(count - 1)], &empty, entry,
                        memory_order_release, memory_order_relaxed))
                    return true;
            }
        }
        if (count == INDEX_LEVELS)
            return false;
        _Atomic uint64_t *none = NULL, *made = arena_alloc((index_mask(count) + 1ul) * 8, 64);
        if (!made)
            return false;
        atomic_compare_exchange_strong_explicit(&index->levels[count], &none, made,
                                                memory_order_release, memory_order_relaxed);
        atomic_compare_exchange_strong_explicit(&index->count, &count, count + 1,
                                                memory_order_release, memory_order_relaxed);
    }
}

/* The id whose entry matches the hash and for which equal(id, key) holds; 0: none. */
static inline __attribute__((always_inline)) uint32_t
index_find(struct index *index, uint64_t hash, bool (*equal)(uint32_t id, const void *key),
           const void *key)
{
    uint32_t count = atomic_load_explicit(&index->count, memory_order_acquire);
    for (uint32_t level = count; level-- > 0;) {
        _Atomic uint64_t *entries =
            atomic_load_explicit(&index->levels[level], memory_order_acquire);
        for (uint32_t i = 0; i < INDEX_PROBES; i++) {
            uint64_t entry = atomic_load_explicit(&entries[(hash + i) & index_mask(level)],
                                                  memory_order_acquire);
            if (entry == 0)
                break;
            if (entry >> 32 == hash >> 32 && equal((uint32_t)entry, key)) {
                if (level + 1 < count)
                    index_insert(index, hash, (uint32_t)entry);
                return (uint32_t)entry;
            }
        }
    }
    return 0;
}

#endif
