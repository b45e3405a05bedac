/* SPDX-License-Identifier: Apache-2.0
 *
 * Growth of an index: at most 2/3 full.
 */
#include "collector/hash.h"

#include <stdlib.h>

bool hash_reserve(struct hash_index *index)
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

void hash_deinit(struct hash_index *index)
{
    free(index->slots);
    *index = (struct hash_index){0};
}
