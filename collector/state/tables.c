/* SPDX-License-Identifier: Apache-2.0
 *
 * Reads the tables of an open state: nodes and shards.
 */
#include "collector/state/tables.h"

#include "collector/state/layout.h"

#include <string.h>

const struct module *state_reader_modules(const struct state_reader *reader, uint32_t *count)
{
    *count = reader->module_count;
    return reader->modules;
}

uint32_t state_reader_build_id(const struct state_reader *reader, uint8_t id[MODULE_BUILD_ID_MAX])
{
    struct state_walk walk = {0};
    uint64_t first;
    uint32_t count;
    const void *records;
    while ((records = state_layout_next(reader, STATE_TABLE_MODULES, &walk, &first, &count)))
        for (uint32_t i = 0; i < count; i++) {
            const struct state_module *module =
                state_layout_at(reader, STATE_TABLE_MODULES, records, i);
            /* Acquire pairs with the shim's release store: the rest is there. */
            if (atomic_load_explicit(&module->map_end, memory_order_acquire) == 0 ||
                !module->is_executable)
                continue;
            uint32_t length = module->build_id_length;
            memcpy(id, module->build_id, MODULE_BUILD_ID_MAX);
            return length <= MODULE_BUILD_ID_MAX ? length : 0;
        }
    return 0;
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
    const struct state_node *record = (const void *)(reader->base + offset);
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

static uint64_t load(const _Atomic uint64_t *value)
{
    return atomic_load_explicit(value, memory_order_acquire);
}

static void add_totals(struct state_reader_counts *totals, const struct state_shard *record)
{
    totals->freed_objects += load(&record->freed_objects);
    totals->freed_bytes += load(&record->freed_bytes);
    totals->allocated_objects += load(&record->allocated_objects);
    totals->allocated_bytes += load(&record->allocated_bytes);
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
    const void *records;
    while ((records = state_layout_next(reader, STATE_TABLE_SHARDS, &walk, &first, &count)))
        if (index >= first && index - first < count) {
            const struct state_shard *record =
                state_layout_at(reader, STATE_TABLE_SHARDS, records, (uint32_t)(index - first));
            copy->owner = atomic_load_explicit(&record->owner, memory_order_relaxed);
            copy->owners = atomic_load_explicit(&record->owners, memory_order_relaxed);
            copy->samples += atomic_load_explicit(&record->samples, memory_order_relaxed);
            copy->samples_freed +=
                atomic_load_explicit(&record->samples_freed, memory_order_relaxed);
            copy->truncated += atomic_load_explicit(&record->truncated, memory_order_relaxed);
            add_totals(&copy->totals, record);
        }
    return true;
}
