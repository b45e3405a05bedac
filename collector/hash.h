/* SPDX-License-Identifier: Apache-2.0
 *
 * An open-addressing index: slots hold record numbers (0: empty), the records
 * and the comparison stay with the caller, who probes with hash_next().
 */
#ifndef MEMPROF_COLLECTOR_HASH_H
#define MEMPROF_COLLECTOR_HASH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct hash_index {
    uint32_t *slots;
    uint32_t capacity; /* a power of two, or 0 */
    uint32_t count;
};

static inline uint64_t hash_mix(uint64_t value)
{
    value ^= value >> 32;
    value *= UINT64_C(0x9e3779b97f4a7c15);
    value ^= value >> 29;
    value *= UINT64_C(0xbf58476d1ce4e5b9);
    return value ^ value >> 32;
}

static inline uint64_t hash_pair(uint64_t first, uint64_t second)
{
    return hash_mix(hash_mix(first + UINT64_C(0x2545f4914f6cdd1d)) + second);
}

static inline uint64_t hash_bytes(const char *bytes, size_t length)
{
    uint64_t hash = length, word;
    for (; length >= sizeof(word); bytes += sizeof(word), length -= sizeof(word)) {
        memcpy(&word, bytes, sizeof(word));
        hash = (hash ^ word) * UINT64_C(0x9e3779b97f4a7c15);
        hash ^= hash >> 32;
    }
    word = 0;
    memcpy(&word, bytes, length);
    return hash_mix(hash ^ word);
}

/* Where the probe of `hash` starts, and where it goes on; the table is never full. */
static inline uint32_t hash_first(const struct hash_index *index, uint64_t hash)
{
    return (uint32_t)hash & (index->capacity - 1);
}

static inline uint32_t hash_next(const struct hash_index *index, uint32_t slot)
{
    return (slot + 1) & (index->capacity - 1);
}

/* Room for one more.  `hash_of` gives the hash of a record when the table grows. */
bool hash_reserve(struct hash_index *index, uint64_t (*hash_of)(const void *owner, uint32_t record),
                  const void *owner);
void hash_deinit(struct hash_index *index);

#endif
