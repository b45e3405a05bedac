/* SPDX-License-Identifier: Apache-2.0
 *
 * An open-addressing index: slots hold record numbers (0: empty) and half of the
 * record's hash; the records and their comparison stay with the caller, who sees
 * those whose hash agrees.  (Without it each record that is in the way is a miss of
 * the cache: 6.5 instead of 5.2 s for 5 million stack nodes.)
 */
#ifndef MEMPROF_COLLECTOR_PROFILE_HASH_H
#define MEMPROF_COLLECTOR_PROFILE_HASH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct hash_slot {
    uint32_t record; /* 0: empty */
    uint32_t hash;   /* its lower half, which gives the place, too */
};

struct hash_index {
    struct hash_slot *slots;
    uint32_t capacity; /* a power of two, or 0 */
    uint32_t count;
};

/* A random key for each process, so that whoever writes the input cannot choose the slots.
 * Set before an index has its first slot. */
extern uint64_t hash_keys[2];
/* Sets them.  Before that the first index does it, which needs a system call. */
void hash_choose_keys(void);

/* The two halves of a product: each bit of it depends on all of both factors. */
static inline uint64_t hash_multiply(uint64_t first, uint64_t second)
{
    unsigned __int128 product = (unsigned __int128)first * second;
    return (uint64_t)product ^ (uint64_t)(product >> 64);
}

static inline uint64_t hash_pair(uint64_t first, uint64_t second)
{
    return hash_multiply(hash_multiply(first ^ hash_keys[0], UINT64_C(0x9e3779b97f4a7c15)) ^ second,
                         hash_keys[1]);
}

static inline uint64_t hash_number(uint64_t number)
{
    return hash_pair(number, 0);
}

static inline uint64_t hash_bytes(const char *bytes, size_t length)
{
    uint64_t hash = hash_keys[0] ^ length, word;
    for (; length >= sizeof(word); bytes += sizeof(word), length -= sizeof(word)) {
        memcpy(&word, bytes, sizeof(word));
        hash = hash_multiply(hash ^ word, hash_keys[1]);
    }
    word = 0;
    memcpy(&word, bytes, length);
    return hash_pair(hash, word);
}

/* The first slot from `slot` on that is empty or whose hash agrees. */
static inline uint32_t hash_agrees(const struct hash_index *index, uint32_t slot, uint64_t hash)
{
    while (index->slots[slot].record && index->slots[slot].hash != (uint32_t)hash)
        slot = (slot + 1) & (index->capacity - 1);
    return slot;
}

/* Where the probe of `hash` starts, and where it goes on; the table is never full. */
static inline uint32_t hash_first(const struct hash_index *index, uint64_t hash)
{
    return hash_agrees(index, (uint32_t)hash & (index->capacity - 1), hash);
}

static inline uint32_t hash_next(const struct hash_index *index, uint32_t slot, uint64_t hash)
{
    return hash_agrees(index, (slot + 1) & (index->capacity - 1), hash);
}

/* Takes the empty slot that the probe ended at, for which room was reserved. */
static inline void hash_set(struct hash_index *index, uint32_t slot, uint64_t hash, uint32_t record)
{
    index->slots[slot] = (struct hash_slot){record, (uint32_t)hash};
    index->count++;
}

/* Room for one more. */
bool hash_reserve(struct hash_index *index);
/* Into an index that is empty.  False: no memory. */
bool hash_copy(struct hash_index *copy, const struct hash_index *index);
void hash_deinit(struct hash_index *index);

#endif
