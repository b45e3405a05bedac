/* SPDX-License-Identifier: Apache-2.0 */
#include "collector/lifetimes/lifetimes.h"

#include <stdlib.h>

void lifetimes_init(struct lifetimes *lifetimes)
{
    *lifetimes = (struct lifetimes){0};
}

void lifetimes_deinit(struct lifetimes *lifetimes)
{
    profile_destroy(lifetimes->profile);
    free(lifetimes->stacks);
    free(lifetimes->sizes);
    free(lifetimes->frees);
    for (uint32_t i = 0; i < lifetimes->look_count; i++)
        free(lifetimes->looks[i].live);
    free(lifetimes->looks);
    *lifetimes = (struct lifetimes){0};
}

/* Room for one more of `count` records; NULL: no memory, and `items` is as it was. */
static void *grow(void *items, uint32_t count, uint32_t *capacity, size_t bytes)
{
    if (count < *capacity)
        return items;
    uint32_t larger = *capacity ? *capacity * 2 : 64;
    void *moved = larger > *capacity ? reallocarray(items, larger, bytes) : NULL;
    if (moved)
        *capacity = larger;
    return moved;
}

bool lifetimes_add_stack(struct lifetimes *at, uint32_t node)
{
    void *moved = grow(at->stacks, at->stack_count, &at->stack_capacity, sizeof(*at->stacks));
    if (!moved)
        return false;
    at->stacks = moved;
    at->stacks[at->stack_count++] = (struct lifetimes_stack){
        .node = node, .size_first = at->size_count, .free_first = at->free_count};
    return true;
}

bool lifetimes_add_size(struct lifetimes *at, uint64_t bytes, uint64_t objects)
{
    void *moved = grow(at->sizes, at->size_count, &at->size_capacity, sizeof(*at->sizes));
    if (!moved)
        return false;
    at->sizes = moved;
    at->sizes[at->size_count++] = (struct lifetimes_size){bytes, objects};
    at->stacks[at->stack_count - 1].size_count++;
    return true;
}

bool lifetimes_add_free(struct lifetimes *at, uint32_t node, uint64_t count)
{
    void *moved = grow(at->frees, at->free_count, &at->free_capacity, sizeof(*at->frees));
    if (!moved)
        return false;
    at->frees = moved;
    at->frees[at->free_count++] = (struct lifetimes_free){node, count};
    at->stacks[at->stack_count - 1].free_count++;
    return true;
}

static uint64_t less(uint64_t whole, uint64_t part)
{
    return whole > part ? whole - part : 0;
}

struct lifetimes_live lifetimes_live(const struct lifetime *life)
{
    return (struct lifetimes_live){less(life->allocated, life->freed),
                                   less(life->allocated_bytes, life->freed_bytes)};
}
