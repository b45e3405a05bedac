/* SPDX-License-Identifier: Apache-2.0 */
#include "collector/state/lifetimes.h"
#include "collector/state/layout.h"

#include <string.h>

static_assert(STATE_READER_LEVELS == STATE_LIFE_LEVELS && STATE_READER_AGES == STATE_LIFE_AGES &&
                  STATE_READER_SIZES == STATE_LIFE_SIZES &&
                  STATE_READER_SHARD_MOST == STATE_SHARDS_MAX - 1,
              "all of them are copied");

static uint32_t load32(const _Atomic uint32_t *value)
{
    return atomic_load_explicit(value, memory_order_relaxed);
}

static uint64_t load64(const _Atomic uint64_t *value)
{
    return atomic_load_explicit(value, memory_order_relaxed);
}

static void copy_array(uint32_t *copy, const _Atomic uint32_t *values, unsigned count)
{
    for (unsigned i = 0; i < count; i++)
        copy[i] = load32(&values[i]);
}

static void copy_life(struct state_reader_life *copy, const struct state_life *life)
{
    copy->shard = life->shard;
    copy->depth = atomic_load_explicit(&life->depth, memory_order_relaxed);
    copy->followed = load32(&life->followed);
    copy->censored = load32(&life->censored);
    copy->unfollowed = load32(&life->unfollowed);
    copy->crossed = load32(&life->crossed);
    copy->realloc_in = load32(&life->realloc_in);
    copy->realloc_out = load32(&life->realloc_out);
    copy->moved = load32(&life->moved);
    copy->chains = load32(&life->chains);
    copy->chain_longest = atomic_load_explicit(&life->chain_longest, memory_order_relaxed);
    copy->doubted = atomic_load_explicit(&life->doubted, memory_order_relaxed);
    copy->replaced_larger = load32(&life->replaced_larger);
    copy->replaced_smaller = load32(&life->replaced_smaller);
    copy->live = atomic_load_explicit(&life->live, memory_order_relaxed);
    copy->live_max = load32(&life->live_max);
    copy->size_min = load32(&life->size_min);
    copy->size_max = load32(&life->size_max);
    copy->copied_bytes = load64(&life->copied_bytes);
    copy->replaced_larger_bytes = load64(&life->replaced_larger_bytes);
    copy->replaced_smaller_bytes = load64(&life->replaced_smaller_bytes);
    copy->slack_bytes = load64(&life->slack_bytes);
    copy_array(copy->began_at, life->began_at, STATE_LIFE_LEVELS);
    copy_array(copy->ended_at, life->ended_at, STATE_LIFE_LEVELS);
    copy_array(copy->age, life->age, STATE_LIFE_AGES);
    copy_array(copy->final_size, life->final_size, STATE_LIFE_SIZES);
}

void state_reader_lives(const struct state_reader *reader,
                        bool (*visit)(void *context, const struct state_reader_life *life),
                        void *context)
{
    struct state_walk walk = {0};
    uint64_t first;
    uint32_t count;
    const void *records;
    while ((records = state_layout_next(reader, STATE_TABLE_LIFE, &walk, &first, &count)))
        for (uint32_t i = 0; i < count; i++) {
            const struct state_life *life = state_layout_at(reader, STATE_TABLE_LIFE, records, i);
            struct state_reader_life copy = {
                .node = atomic_load_explicit(&life->node, memory_order_acquire)};
            if (copy.node == 0 || life->shard > STATE_READER_SHARD_MOST)
                continue;
            copy_life(&copy, life);
            if (!visit(context, &copy))
                return;
        }
}

void state_reader_freed_at(const struct state_reader *reader,
                           bool (*visit)(void *context, const struct state_reader_freed_at *freed),
                           void *context)
{
    struct state_walk walk = {0};
    uint64_t first;
    uint32_t count;
    const void *records;
    while ((records = state_layout_next(reader, STATE_TABLE_FREED_AT, &walk, &first, &count)))
        for (uint32_t i = 0; i < count; i++) {
            const struct state_freed_at *at =
                state_layout_at(reader, STATE_TABLE_FREED_AT, records, i);
            struct state_reader_freed_at copy = {
                .free_node = atomic_load_explicit(&at->free_node, memory_order_acquire)};
            if (copy.free_node == 0 || at->shard > STATE_READER_SHARD_MOST)
                continue;
            copy.node = at->node;
            copy.shard = at->shard;
            copy.count = load32(&at->count);
            if (!visit(context, &copy))
                return;
        }
}

uint64_t state_reader_size_bytes(uint32_t bucket)
{
    return state_size_bucket_bytes(bucket);
}
