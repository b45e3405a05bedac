/* SPDX-License-Identifier: Apache-2.0
 *
 * This process's state: its mapping (state_file.h) and its chunks.  Growth needs no
 * descriptor and no lock; a chunk is populated before it is used, so that a full
 * tmpfs is an error here and not a SIGBUS later.
 */
#ifndef MEMPROF_STATE_MAP_H
#define MEMPROF_STATE_MAP_H

#include "preload/base/hidden.h"
#include "preload/process/process_wide.h"
#include "preload/state.h"

#include <stdbool.h>
#include <stddef.h>

struct PROCESS_WIDE_TYPE state_map {
    struct state_header *header;                /* start of the mapping; NULL: none */
    _Atomic uint32_t prepared;                  /* chunks before this one can be used as they are */
    _Atomic uint64_t cursor[STATE_TABLE_COUNT]; /* next free byte (file offset); 0: none */
    _Atomic uint64_t reserved_cursor; /* likewise, of the counters that are appended as reserved */
    _Atomic uint32_t reserved;        /* counters that have room promised and are not there yet */
    _Atomic uint32_t ordinals[STATE_TABLE_COUNT];                  /* chunks given to each table */
    _Atomic uint32_t indexed[STATE_TABLE_COUNT][STATE_CHUNKS_MAX]; /* chunk number + 1 by ordinal */
};

extern HIDDEN struct state_map state_map;

/* `bytes` (a multiple of 8) of zeroes in `table`, contiguous; the file offset, or
 * 0 when the state cannot grow.  Any thread, signal handlers too. */
uint64_t state_map_append(enum state_table table, size_t bytes);

/* Promises room for one struct state_counters, without using any: the last chunks are kept
 * for what is promised.  False: there is no room that is not promised yet.  The promise holds
 * up to the state's maximum and in a sandbox; a file system that others fill can break it. */
bool state_map_reserve_counters(void);

/* Gives a promise back unused. */
void state_map_unreserve_counters(void);

/* Zeroes for one struct state_counters that has room promised; the offset, or 0.  Does not
 * count the promise as kept: that is state_map_unreserve_counters(), when they are in use. */
uint64_t state_map_append_reserved(void);

/* Record `index` of a table of fixed-size records, making room up to it; NULL
 * when the state cannot grow. */
void *state_map_record(enum state_table table, uint32_t index, size_t record_bytes);

/* The chunk with this ordinal of such a table; NULL: there is none yet. */
static inline char *state_map_chunk(enum state_table table, uint32_t ordinal)
{
    const struct state_header *h = state_map.header;
    if (ordinal >= STATE_CHUNKS_MAX)
        return NULL;
    uint32_t chunk = atomic_load_explicit(&state_map.indexed[table][ordinal], memory_order_acquire);
    return chunk ? (char *)h + h->chunks_offset + (uint64_t)(chunk - 1) * h->chunk_bytes : NULL;
}

/* Offset of a copy of `text` (cut at 4095 bytes); 0 when there is no room. */
state_string_offset state_map_string(const char *text, size_t length);

/* Makes the next chunks usable without a system call, or as many of them as have room: the target
 * is about to forbid them. */
void state_map_prepare(uint32_t chunks);

/* Adds one to a loss counter. */
void state_map_lost(enum state_loss loss);

#endif
