/* SPDX-License-Identifier: Apache-2.0
 *
 * Maps the ids in a foreign profile, which may be any numbers, to our indexes.
 */
#ifndef MEMPROF_COLLECTOR_PROFILE_ID_MAP_H
#define MEMPROF_COLLECTOR_PROFILE_ID_MAP_H

#include "collector/profile/hash.h"

struct id_map {
    uint64_t *ids; /* by our index */
    uint32_t capacity;
    struct hash_index index;
};

/* Of the next index after the last added one, starting at 1.  False: no memory,
 * or (is_duplicate) the id is there already. */
bool id_map_add(struct id_map *map, uint64_t id, uint32_t ours, bool *is_duplicate);
uint32_t id_map_find(const struct id_map *map, uint64_t id); /* 0: unknown */
void id_map_deinit(struct id_map *map);

#endif
