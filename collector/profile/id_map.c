/* SPDX-License-Identifier: Apache-2.0
 *
 * An index over an array of ids.
 */
#include "collector/profile/id_map.h"

#include <stdlib.h>

uint32_t id_map_find(const struct id_map *map, uint64_t id)
{
    if (map->index.capacity == 0)
        return 0;
    uint64_t hash = hash_number(id);
    uint32_t slot = hash_first(&map->index, hash), known;
    for (; (known = map->index.slots[slot].record); slot = hash_next(&map->index, slot, hash))
        if (map->ids[known] == id)
            return known;
    return 0;
}

bool id_map_add(struct id_map *map, uint64_t id, uint32_t ours, bool *is_duplicate)
{
    *is_duplicate = id_map_find(map, id) != 0;
    if (*is_duplicate || !hash_reserve(&map->index))
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
    uint64_t hash = hash_number(id);
    uint32_t slot = hash_first(&map->index, hash);
    while (map->index.slots[slot].record)
        slot = hash_next(&map->index, slot, hash);
    hash_set(&map->index, slot, hash, ours);
    return true;
}

void id_map_deinit(struct id_map *map)
{
    free(map->ids);
    hash_deinit(&map->index);
    *map = (struct id_map){0};
}
