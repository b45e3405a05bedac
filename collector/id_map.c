/* SPDX-License-Identifier: Apache-2.0
 *
 * An index over an array of ids.
 */
#include "collector/id_map.h"

#include <stdlib.h>

static uint64_t hash_id(const void *owner, uint32_t record)
{
    return hash_mix(((const struct id_map *)owner)->ids[record]);
}

uint32_t id_map_find(const struct id_map *map, uint64_t id)
{
    if (map->index.capacity == 0)
        return 0;
    uint32_t slot = hash_first(&map->index, hash_mix(id));
    for (; map->index.slots[slot]; slot = hash_next(&map->index, slot))
        if (map->ids[map->index.slots[slot]] == id)
            return map->index.slots[slot];
    return 0;
}

bool id_map_add(struct id_map *map, uint64_t id, uint32_t ours, bool *is_duplicate)
{
    *is_duplicate = id_map_find(map, id) != 0;
    if (*is_duplicate || !hash_reserve(&map->index, hash_id, map))
        return false;
    if (ours >= map->capacity) {
        size_t capacity = (size_t)ours + ours / 2 + 16;
        uint64_t *moved = realloc(map->ids, capacity * sizeof(*moved));
        if (!moved)
            return false;
        map->ids = moved;
        map->capacity = (uint32_t)capacity;
    }
    map->ids[ours] = id;
    uint32_t slot = hash_first(&map->index, hash_mix(id));
    while (map->index.slots[slot])
        slot = hash_next(&map->index, slot);
    map->index.slots[slot] = ours;
    map->index.count++;
    return true;
}

void id_map_deinit(struct id_map *map)
{
    free(map->ids);
    hash_deinit(&map->index);
    *map = (struct id_map){0};
}
