/* SPDX-License-Identifier: Apache-2.0
 *
 * Growth of an index: at most 2/3 full.
 */
#include "collector/hash.h"

#include <stdlib.h>

bool hash_reserve(struct hash_index *index, uint64_t (*hash_of)(const void *owner, uint32_t record),
                  const void *owner)
{
    if ((uint64_t)(index->count + 1) * 3 <= (uint64_t)index->capacity * 2)
        return true;
    if (index->capacity > UINT32_MAX / 4)
        return false;
    struct hash_index larger = {.capacity = index->capacity ? index->capacity * 2 : 64,
                                .count = index->count};
    larger.slots = calloc(larger.capacity, sizeof(*larger.slots));
    if (!larger.slots)
        return false;
    for (uint32_t i = 0; i < index->capacity; i++) {
        uint32_t record = index->slots[i];
        if (!record)
            continue;
        uint32_t slot = hash_first(&larger, hash_of(owner, record));
        while (larger.slots[slot])
            slot = hash_next(&larger, slot);
        larger.slots[slot] = record;
    }
    free(index->slots);
    *index = larger;
    return true;
}

void hash_deinit(struct hash_index *index)
{
    free(index->slots);
    *index = (struct hash_index){0};
}
