/* SPDX-License-Identifier: Apache-2.0 */
#include "tools/report/pairs.h"

#include <stdlib.h>

static bool grow(struct pairs *pairs)
{
    if (pairs->count < pairs->capacity)
        return true;
    uint32_t wanted = pairs->capacity ? pairs->capacity * 2 : 64;
    struct pair *moved =
        wanted > pairs->capacity ? realloc(pairs->items, wanted * sizeof *moved) : NULL;
    if (!moved)
        return false;
    pairs->items = moved;
    pairs->capacity = wanted;
    if (pairs->count == 0)
        pairs->items[pairs->count++] = (struct pair){0, 0};
    return true;
}

uint32_t pairs_intern(struct pairs *pairs, uint32_t first, uint32_t second)
{
    if (!grow(pairs) || !hash_reserve(&pairs->index))
        return PAIRS_FULL;
    uint64_t hash = hash_pair(first, second);
    uint32_t slot = hash_first(&pairs->index, hash), known;
    for (; (known = pairs->index.slots[slot].record); slot = hash_next(&pairs->index, slot, hash))
        if (pairs->items[known].first == first && pairs->items[known].second == second)
            return known;
    hash_set(&pairs->index, slot, hash, pairs->count);
    pairs->items[pairs->count] = (struct pair){first, second};
    return pairs->count++;
}

void pairs_deinit(struct pairs *pairs)
{
    free(pairs->items);
    hash_deinit(&pairs->index);
    *pairs = (struct pairs){.items = NULL};
}
