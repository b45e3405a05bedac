/* SPDX-License-Identifier: Apache-2.0
 *
 * What the files of the state reader share: the only one outside the shim that
 * includes the state's layout, and the way from a chunk table to memory.
 *
 * Laws
 *  - Only memory inside chunks that the chunk table names is touched, and only what
 *    the file stores: reading a hole of a tmpfs file would allocate it.
 *  - A chunk of a table is read once, whatever the chunk table says.
 *  - An offset is used after it was found to lie in a chunk of the right table.
 */
#ifndef MEMPROF_COLLECTOR_STATE_LAYOUT_H
#define MEMPROF_COLLECTOR_STATE_LAYOUT_H

#include "collector/base/guard.h"
#include "collector/state/info.h"
#include "collector/state/module.h"
#include "preload/state.h"
#include "preload/state_values.h"

#include <stdbool.h>

#define STATE_READER_PAGE 4096u

struct state_reader {
    int fd;           /* our own, to ask for holes; -1: there are none */
    uint64_t *stored; /* by page: 1 once it was found to be no hole */
    const char *base;
    size_t bytes;         /* of the memory at base */
    bool is_mapped;       /* by us */
    bool has_totals_only; /* neither modules nor sites are read */
    struct guard guard;
    uint64_t chunk_table_offset, chunks_offset;     /* bounded */
    uint32_t chunk_bytes, chunk_shift, chunk_count; /* chunk_bytes: 1 << chunk_shift */
    /* Of a record, as its writer has it: at least ours; of strings, 8. */
    uint32_t record_bytes[STATE_TABLE_COUNT];
    uint32_t directory_offset, directory_count; /* bounded; 0: version 1 */
    uint64_t string_bytes;                      /* bytes of strings that may still be copied */
    struct state_info info;
    struct module *modules;
    uint32_t module_count;
    struct state_reader_site *sites;
    uint32_t site_count;
};

static inline const struct state_header *state_layout_header(const struct state_reader *reader)
{
    return (const struct state_header *)reader->base;
}

static inline uint32_t state_layout_per_chunk(const struct state_reader *reader, unsigned table)
{
    return reader->chunk_bytes / reader->record_bytes[table];
}

/* A walk over the records of a table; starts zeroed. */
struct state_walk {
    uint32_t chunk;                       /* the next one */
    uint32_t record;                      /* the next record in chunk `chunk` - 1 */
    uint64_t first;                       /* index of that chunk's first record */
    bool is_inside;                       /* that chunk */
    uint64_t seen[STATE_CHUNKS_MAX / 64]; /* ordinals */
};

/* Takes the sizes of records from the header's directory.  Says what is wrong with them, or
 * NULL. */
const char *state_layout_init(struct state_reader *reader, const struct state_header *header);

/* The entry `index` of the directory, copied; false past the end. */
bool state_layout_directory(const struct state_reader *reader, uint32_t index,
                            struct state_directory_entry *copy);

/* The next records that are stored: *count of them, record_bytes[table] apart, the first of
 * which has the index *first.  NULL at the end. */
const void *state_layout_next(const struct state_reader *reader, unsigned table,
                              struct state_walk *walk, uint64_t *first, uint32_t *count);

/* Are all of these bytes stored, so that none lies in a hole? */
bool state_layout_is_stored(const struct state_reader *reader, uint64_t offset, uint64_t bytes);

/* Record `i` of those that state_layout_next() gave. */
static inline const void *state_layout_at(const struct state_reader *reader, unsigned table,
                                          const void *base, uint32_t i)
{
    return (const char *)base + (size_t)i * reader->record_bytes[table];
}

/* Bytes from `offset` to the end of the chunk it lies in, when that is one of
 * `table`; else 0. */
uint64_t state_layout_room(const struct state_reader *reader, unsigned table, uint64_t offset);

#endif
