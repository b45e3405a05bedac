/* SPDX-License-Identifier: Apache-2.0
 *
 * The chunk table, read anew each time: it grows while its process runs.
 */
#include "collector/state_layout.h"

const size_t state_layout_record_bytes[STATE_TABLE_COUNT] = {
    [STATE_TABLE_STRINGS] = 8,
    [STATE_TABLE_MODULES] = sizeof(struct state_module),
    [STATE_TABLE_NODES] = sizeof(struct state_node),
    [STATE_TABLE_SITES] = sizeof(struct state_site),
    [STATE_TABLE_BUFFERS] = sizeof(struct state_buffer),
    [STATE_TABLE_CELLS] = sizeof(struct state_cell),
    [STATE_TABLE_DIFFS] = sizeof(struct state_diff),
};

/* Chunks that may be in use by now. */
static uint32_t chunks_used(const struct state_reader *reader)
{
    uint32_t used =
        atomic_load_explicit(&state_layout_header(reader)->chunks_used, memory_order_acquire);
    return used < reader->chunk_count ? used : reader->chunk_count;
}

/* The chunk table's entry; pairs with the shim's release store of it.  Zero for
 * a chunk outside the memory we have. */
static uint32_t chunk_entry(const struct state_reader *reader, uint32_t chunk)
{
    uint64_t end = reader->chunks_offset + (uint64_t)(chunk + 1) * reader->chunk_bytes;
    if (chunk >= reader->chunk_count || end > reader->bytes)
        return 0;
    const _Atomic uint32_t *table =
        (const _Atomic uint32_t *)(reader->base + reader->chunk_table_offset);
    return atomic_load_explicit(&table[chunk], memory_order_acquire);
}

const void *state_layout_next(const struct state_reader *reader, unsigned table, uint32_t *chunk,
                              uint64_t *first)
{
    uint32_t used = chunks_used(reader);
    while (*chunk < used) {
        uint32_t entry = chunk_entry(reader, *chunk);
        (*chunk)++;
        if (STATE_CHUNK_TABLE(entry) == table) {
            *first = (uint64_t)STATE_CHUNK_ORDINAL(entry) * state_layout_per_chunk(reader, table);
            return state_layout_chunk(reader, *chunk - 1);
        }
    }
    return NULL;
}

uint64_t state_layout_room(const struct state_reader *reader, unsigned table, uint64_t offset)
{
    if (offset < reader->chunks_offset)
        return 0;
    uint64_t from_first = offset - reader->chunks_offset, chunk = from_first >> reader->chunk_shift;
    if (chunk >= reader->chunk_count ||
        STATE_CHUNK_TABLE(chunk_entry(reader, (uint32_t)chunk)) != table)
        return 0;
    return reader->chunk_bytes - (from_first & (reader->chunk_bytes - 1));
}
