/* SPDX-License-Identifier: Apache-2.0
 *
 * The chunk table, read anew each time: it grows while its process runs.
 */
#include "collector/state/layout.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

/* The bytes that we read of a record.  The records of a later build may be longer.  Strings have
 * no fixed size; they are aligned to 8 bytes. */
static uint32_t least_bytes(unsigned table)
{
    return table == STATE_TABLE_STRINGS ? 8 : state_record_bytes(table);
}

/* --- the directory of tables --- */

bool state_layout_directory(const struct state_reader *reader, uint32_t index,
                            struct state_directory_entry *copy)
{
    if (index >= reader->directory_count)
        return false;
    memcpy(copy, reader->base + reader->directory_offset + index * sizeof(*copy), sizeof(*copy));
    return true;
}

const char *state_layout_init(struct state_reader *reader, const struct state_header *header)
{
    for (unsigned table = 0; table < STATE_TABLE_COUNT; table++)
        reader->record_bytes[table] = least_bytes(table);
    if (header->version == 1)
        return NULL;
    uint64_t bytes = (uint64_t)header->directory_count * sizeof(struct state_directory_entry);
    if (header->directory_offset % 8 != 0 || header->directory_offset < STATE_HEADER_BYTES_V1 ||
        header->directory_offset + bytes > header->header_bytes)
        return "its directory of tables lies outside of its header";
    reader->directory_offset = header->directory_offset;
    reader->directory_count = header->directory_count;
    struct state_directory_entry entry;
    for (uint32_t i = 0; state_layout_directory(reader, i, &entry); i++) {
        if (entry.id == STATE_TABLE_NONE || entry.id >= STATE_TABLE_COUNT ||
            entry.id == STATE_TABLE_STRINGS)
            continue;
        if (entry.record_bytes < least_bytes(entry.id) || entry.record_bytes % 8 != 0 ||
            entry.record_bytes > header->chunk_bytes ||
            (entry.id == STATE_TABLE_NODES && entry.record_bytes % STATE_NODE_UNIT != 0))
            return "the records of a table have a size that they cannot have";
        reader->record_bytes[entry.id] = entry.record_bytes;
    }
    return NULL;
}

/* How many chunks may be in use by now. */
static uint32_t chunks_used(const struct state_reader *reader)
{
    uint32_t used =
        atomic_load_explicit(&state_layout_header(reader)->chunks_used, memory_order_acquire);
    return used < reader->chunk_count ? used : reader->chunk_count;
}

/* The chunk table's entry, by an acquire load that pairs with the shim's release store.  Zero
 * for a chunk that lies outside of the memory that is mapped. */
static uint32_t chunk_entry(const struct state_reader *reader, uint32_t chunk)
{
    uint64_t end = reader->chunks_offset + (uint64_t)(chunk + 1) * reader->chunk_bytes;
    if (chunk >= reader->chunk_count || end > reader->bytes)
        return 0;
    const _Atomic uint32_t *table =
        (const _Atomic uint32_t *)(reader->base + reader->chunk_table_offset);
    return atomic_load_explicit(&table[chunk], memory_order_acquire);
}

/* --- holes --- */

/* Finds the first part of the file from `offset` on that is stored and no hole: where it begins
 * and ends.  False: there is none. */
static bool find_stored(const struct state_reader *reader, uint64_t offset, uint64_t *start,
                        uint64_t *end)
{
    *start = offset;
    *end = reader->bytes;
    if (reader->fd < 0)
        return true;
    off_t data = lseek(reader->fd, (off_t)offset, SEEK_DATA);
    if (data < 0)
        return errno != ENXIO; /* a file system that cannot tell has no holes */
    off_t hole = lseek(reader->fd, data, SEEK_HOLE);
    *start = (uint64_t)data;
    *end = hole < data ? reader->bytes : (uint64_t)hole;
    return true;
}

/* Notes all pages up to the next hole at once: to find that takes the file system a step for each
 * page on the way. */
static bool is_page_stored(const struct state_reader *reader, uint64_t page)
{
    if (reader->stored[page / 64] >> page % 64 & 1)
        return true;
    uint64_t start, end, at = page * STATE_READER_PAGE;
    if (!find_stored(reader, at, &start, &end) || start > at)
        return false;
    uint64_t last = (end < reader->bytes ? end : reader->bytes) / STATE_READER_PAGE;
    do
        reader->stored[page / 64] |= UINT64_C(1) << page % 64;
    while (++page < last);
    return true;
}

bool state_layout_is_stored(const struct state_reader *reader, uint64_t offset, uint64_t bytes)
{
    if (reader->fd < 0 || bytes == 0)
        return true;
    uint64_t last = (offset + bytes - 1) / STATE_READER_PAGE;
    for (uint64_t page = offset / STATE_READER_PAGE; page <= last; page++)
        if (!is_page_stored(reader, page))
            return false;
    return true;
}

/* --- tables --- */

/* How many chunks a table can have: there is a highest index of sites, modules, shards and
 * points. */
static uint32_t ordinals_max(const struct state_reader *reader, unsigned table)
{
    uint32_t records = table == STATE_TABLE_SITES      ? STATE_SITES_MAX
                       : table == STATE_TABLE_MODULES  ? STATE_MODULES_MAX
                       : table == STATE_TABLE_SHARDS   ? STATE_SHARDS_MAX
                       : table == STATE_TABLE_TIMELINE ? STATE_RINGS * STATE_RING_POINTS
                                                       : 0;
    uint32_t per_chunk = state_layout_per_chunk(reader, table);
    uint32_t chunks = records ? (records + per_chunk - 1) / per_chunk : STATE_CHUNKS_MAX;
    return chunks < STATE_CHUNKS_MAX ? chunks : STATE_CHUNKS_MAX;
}

/* The first chunk that may be the table's, as the directory says; 0 where it does not. */
static uint32_t first_chunk(const struct state_reader *reader, unsigned table)
{
    struct state_directory_entry entry;
    for (uint32_t i = 0; state_layout_directory(reader, i, &entry); i++)
        if (entry.id == table)
            return entry.first_chunk ? entry.first_chunk - 1 : 0;
    return 0;
}

/* Enters the next chunk of the table that was not seen yet. */
static bool enter_chunk(const struct state_reader *reader, unsigned table, struct state_walk *walk)
{
    uint32_t used = chunks_used(reader), most = ordinals_max(reader, table);
    if (walk->chunk == 0)
        walk->chunk = first_chunk(reader, table);
    while (walk->chunk < used) {
        uint32_t entry = chunk_entry(reader, walk->chunk++), ordinal = STATE_CHUNK_ORDINAL(entry);
        if (STATE_CHUNK_TABLE(entry) != table || ordinal >= most ||
            (walk->seen[ordinal / 64] >> ordinal % 64 & 1))
            continue;
        walk->seen[ordinal / 64] |= UINT64_C(1) << ordinal % 64;
        walk->first = (uint64_t)ordinal * state_layout_per_chunk(reader, table);
        walk->record = 0;
        walk->is_inside = true;
        return true;
    }
    return false;
}

/* A record that is stored in part is read whole.  That allocates the rest of it: a page at each
 * end of a hole. */
const void *state_layout_next(const struct state_reader *reader, unsigned table,
                              struct state_walk *walk, uint64_t *first, uint32_t *count)
{
    uint32_t per_chunk = state_layout_per_chunk(reader, table);
    uint64_t record_bytes = reader->record_bytes[table], start, end;
    while (walk->is_inside || enter_chunk(reader, table, walk)) {
        uint64_t base = reader->chunks_offset + (uint64_t)(walk->chunk - 1) * reader->chunk_bytes;
        uint64_t from = base + walk->record * record_bytes;
        uint64_t chunk_end = base + per_chunk * record_bytes;
        if (from >= chunk_end || !find_stored(reader, from, &start, &end) || start >= chunk_end) {
            walk->is_inside = false;
            continue;
        }
        uint32_t begin = (uint32_t)((start - base) / record_bytes);
        uint64_t stop =
            ((end < chunk_end ? end : chunk_end) - base + record_bytes - 1) / record_bytes;
        walk->record = (uint32_t)stop;
        *first = walk->first + begin;
        *count = (uint32_t)stop - begin;
        return reader->base + base + begin * record_bytes;
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
