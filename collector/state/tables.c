/* SPDX-License-Identifier: Apache-2.0
 *
 * Reads the tables of an open state: nodes, counters, shards.
 */
#include "collector/state/layout.h"

#include <string.h>

const struct state_info *state_reader_info(const struct state_reader *reader)
{
    return &reader->info;
}

const struct module *state_reader_modules(const struct state_reader *reader, uint32_t *count)
{
    *count = reader->module_count;
    return reader->modules;
}

const struct state_reader_site *state_reader_sites(const struct state_reader *reader,
                                                   uint32_t *count)
{
    *count = reader->site_count;
    return reader->sites;
}

uint32_t state_reader_nodes_per_chunk(const struct state_reader *reader)
{
    return state_layout_per_chunk(reader, STATE_TABLE_NODES);
}

bool state_reader_node(const struct state_reader *reader, uint32_t node,
                       struct state_reader_node *copy)
{
    uint64_t offset = (uint64_t)node * STATE_NODE_UNIT;
    if (node == 0 ||
        state_layout_room(reader, STATE_TABLE_NODES, offset) < sizeof(struct state_node) ||
        !state_layout_is_stored(reader, offset, sizeof(struct state_node)))
        return false;
    uint64_t from_first = offset - reader->chunks_offset;
    copy->chunk = (uint32_t)(from_first >> reader->chunk_shift);
    copy->place = (uint32_t)(from_first & (reader->chunk_bytes - 1)) / STATE_NODE_UNIT;
    const struct state_node *record =
        (const struct state_node *)state_layout_chunk(reader, copy->chunk) + copy->place;
    /* Acquire pairs with the shim's release store: parent and module are there. */
    copy->pc = atomic_load_explicit(&record->pc, memory_order_acquire);
    if (copy->pc == 0)
        return false;
    copy->parent = record->parent;
    copy->module = record->module;
    copy->is_pseudo = copy->module == STATE_MODULE_PSEUDO;
    if (copy->module >= reader->module_count || reader->modules[copy->module].map_end == 0)
        copy->module = 0;
    return true;
}

static void sum_freed(const struct state_reader *reader, struct state_reader_counts *counts)
{
    struct state_walk walk = {0};
    uint64_t first;
    uint32_t count;
    const struct state_counters *counters;
    while ((counters = state_layout_next(reader, STATE_TABLE_COUNTERS, &walk, &first, &count)))
        for (uint32_t i = 0; i < count; i++) {
            uint32_t site = atomic_load_explicit(&counters[i].site, memory_order_acquire);
            if (site == 0 || site >= reader->site_count)
                continue;
            /* Acquire pairs with the writer's release: the allocation of what was freed
             * is seen by the loads of sum_allocated(). */
            counts[site].freed_objects +=
                atomic_load_explicit(&counters[i].freed_objects, memory_order_acquire);
            counts[site].freed_bytes +=
                atomic_load_explicit(&counters[i].freed_bytes, memory_order_acquire);
        }
}

static void sum_allocated(const struct state_reader *reader, struct state_reader_counts *counts)
{
    struct state_walk walk = {0};
    uint64_t first;
    uint32_t count;
    const struct state_counters *counters;
    while ((counters = state_layout_next(reader, STATE_TABLE_COUNTERS, &walk, &first, &count)))
        for (uint32_t i = 0; i < count; i++) {
            uint32_t site = atomic_load_explicit(&counters[i].site, memory_order_acquire);
            if (site == 0 || site >= reader->site_count)
                continue;
            counts[site].allocated_objects +=
                atomic_load_explicit(&counters[i].allocated_objects, memory_order_acquire);
            counts[site].allocated_bytes +=
                atomic_load_explicit(&counters[i].allocated_bytes, memory_order_acquire);
        }
}

void state_reader_counts(const struct state_reader *reader, struct state_reader_counts *counts)
{
    memset(counts, 0, (size_t)reader->site_count * sizeof(*counts));
    sum_freed(reader, counts);
    /* The second pass looks at the chunk table anew: counters whose allocation was
     * freed before the first pass may lie in a chunk that is newer than it. */
    sum_allocated(reader, counts);
}

bool state_reader_shard(const struct state_reader *reader, uint32_t index,
                        struct state_reader_shard *copy)
{
    if (index >= STATE_SHARDS_MAX)
        return false;
    *copy = (struct state_reader_shard){0};
    struct state_walk walk = {0};
    uint64_t first;
    uint32_t count;
    const struct state_shard *records;
    while ((records = state_layout_next(reader, STATE_TABLE_SHARDS, &walk, &first, &count)))
        if (index >= first && index - first < count) {
            const struct state_shard *record = &records[index - first];
            copy->owner = atomic_load_explicit(&record->owner, memory_order_relaxed);
            copy->owners = atomic_load_explicit(&record->owners, memory_order_relaxed);
            copy->samples += atomic_load_explicit(&record->samples, memory_order_relaxed);
            copy->samples_freed +=
                atomic_load_explicit(&record->samples_freed, memory_order_relaxed);
            copy->truncated += atomic_load_explicit(&record->truncated, memory_order_relaxed);
        }
    return true;
}
