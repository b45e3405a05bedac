/* SPDX-License-Identifier: Apache-2.0 */
#include "preload/lives.h"
#include "preload/index.h"
#include "preload/process/process_wide.h"
#include "preload/process/state_map.h"
#include "preload/state_values.h"

#define RECORD_UNIT 16 /* both tables' records lie at multiples of it */
#define RECORD_BITS 30

static_assert(sizeof(struct state_life) % RECORD_UNIT == 0 &&
                  sizeof(struct state_freed_at) % RECORD_UNIT == 0,
              "records are named by their offset");

struct PROCESS_WIDE_TYPE lives {
    struct index index;    /* by node and shard */
    struct index freed_at; /* by both nodes and shard */
};
static PROCESS_WIDE(struct lives, lives);

static void *record_at(uint32_t id)
{
    return (char *)state_map.header + (uint64_t)id * RECORD_UNIT;
}

/* 0: no room, which is counted. */
static uint32_t append(enum state_table table, size_t bytes)
{
    uint64_t offset = state_map_append(table, bytes);
    if (offset == 0)
        state_map_lost(STATE_LOST_LIFE);
    return (uint32_t)(offset / RECORD_UNIT);
}

struct state_life *lives_find(uint32_t node, uint32_t shard)
{
    uint64_t key = state_mix(shard, node);
    uint32_t id = index_get(&lives.index, RECORD_BITS, key);
    if (id) {
        struct state_life *life = record_at(id);
        if (life->shard == shard && atomic_load_explicit(&life->node, memory_order_relaxed) == node)
            return life;
    }
    id = append(STATE_TABLE_LIFE, sizeof(struct state_life));
    if (id == 0)
        return NULL;
    struct state_life *life = record_at(id);
    life->shard = (uint8_t)shard;
    /* Pairs with the reader's acquire: the shard is set. */
    atomic_store_explicit(&life->node, node, memory_order_release);
    index_put(&lives.index, RECORD_BITS, key, id); /* without memory the next one is found */
    return life;
}

struct state_freed_at *lives_freed_at(struct state_life *life, uint32_t free_node)
{
    uint32_t node = atomic_load_explicit(&life->node, memory_order_relaxed);
    uint64_t key = state_mix((uint64_t)node << 32 | free_node, life->shard);
    uint32_t id = index_get(&lives.freed_at, RECORD_BITS, key);
    if (id) {
        struct state_freed_at *at = record_at(id);
        if (at->node == node && at->shard == life->shard &&
            atomic_load_explicit(&at->free_node, memory_order_relaxed) == free_node)
            return at;
    }
    uint8_t places = atomic_load_explicit(&life->places, memory_order_relaxed);
    if (places >= STATE_LIFE_PLACES)
        return NULL;
    id = append(STATE_TABLE_FREED_AT, sizeof(struct state_freed_at));
    if (id == 0)
        return NULL;
    atomic_store_explicit(&life->places, (uint8_t)(places + 1), memory_order_relaxed);
    struct state_freed_at *at = record_at(id);
    at->node = node;
    at->shard = life->shard;
    /* Pairs with the reader's acquire: the rest is set. */
    atomic_store_explicit(&at->free_node, free_node, memory_order_release);
    index_put(&lives.freed_at, RECORD_BITS, key, id);
    return at;
}
