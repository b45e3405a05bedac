/* SPDX-License-Identifier: Apache-2.0
 *
 * Growth of an index: at most 2/3 full.
 */
#include "collector/profile/hash.h"

#include <stdlib.h>
#include <sys/random.h>
#include <time.h>
#include <unistd.h>

uint64_t hash_keys[2];

void hash_choose_keys(void)
{
    struct timespec now;
    if (getrandom(hash_keys, sizeof(hash_keys), GRND_NONBLOCK) != sizeof(hash_keys)) {
        clock_gettime(CLOCK_REALTIME, &now);
        hash_keys[0] = (uint64_t)now.tv_nsec * UINT64_C(0xbf58476d1ce4e5b9) ^ (uintptr_t)&now;
        hash_keys[1] = (uint64_t)now.tv_sec * UINT64_C(0x9e3779b97f4a7c15) ^ (uint64_t)getpid();
    }
    hash_keys[1] |= 1; /* a factor: never 0 */
}

bool hash_reserve(struct hash_index *index)
{
    if ((uint64_t)(index->count + 1) * 3 <= (uint64_t)index->capacity * 2)
        return true;
    if (hash_keys[1] == 0)
        hash_choose_keys();
    if (index->capacity > UINT32_MAX / 4)
        return false;
    struct hash_index larger = {.capacity = index->capacity ? index->capacity * 2 : 64,
                                .count = index->count};
    larger.slots = calloc(larger.capacity, sizeof(*larger.slots));
    if (!larger.slots)
        return false;
    for (uint32_t i = 0; i < index->capacity; i++) {
        if (!index->slots[i].record)
            continue;
        uint32_t slot = index->slots[i].hash & (larger.capacity - 1);
        while (larger.slots[slot].record)
            slot = (slot + 1) & (larger.capacity - 1);
        larger.slots[slot] = index->slots[i];
    }
    free(index->slots);
    *index = larger;
    return true;
}

bool hash_copy(struct hash_index *copy, const struct hash_index *index)
{
    struct hash_slot *slots = malloc((size_t)index->capacity * sizeof(*slots) + 1);
    if (!slots)
        return false;
    if (index->capacity)
        memcpy(slots, index->slots, (size_t)index->capacity * sizeof(*slots));
    *copy = (struct hash_index){slots, index->capacity, index->count};
    return true;
}

void hash_deinit(struct hash_index *index)
{
    free(index->slots);
    *index = (struct hash_index){0};
}
