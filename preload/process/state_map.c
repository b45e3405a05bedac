/* SPDX-License-Identifier: Apache-2.0
 *
 * Growth.  A chunk gets access when it is taken, so that mlockall(MCL_FUTURE) makes
 * resident what is used and no more.
 */
#include "preload/process/state_map.h"
#include "preload/process/config.h"
#include "preload/process/sandbox.h"

#include <errno.h>
#include <string.h>
#include <sys/mman.h>

#define PREPARED_STEP 16u /* chunks that are populated at once: all of them or none */

PROCESS_WIDE(struct state_map, state_map);

static char *at(uint64_t offset)
{
    return (char *)state_map.header + offset;
}

static bool populate(void *start, size_t bytes)
{
    if (mprotect(start, bytes, PROT_READ | PROT_WRITE) != 0)
        return false;
    if (madvise(start, bytes, MADV_POPULATE_WRITE) == 0)
        return true;
    /* Before 5.14 everything was allocated at start. */
    return errno == EINVAL && state_map.header && (state_map.header->flags & STATE_FLAG_PINNED);
}

/* Keeps the lowest number: threads that take a table's first chunks at once may come here in
 * any order. */
static void note_first(_Atomic uint32_t *first, uint32_t number)
{
    uint32_t known = atomic_load_explicit(first, memory_order_relaxed);
    while ((known == 0 || number < known) &&
           !atomic_compare_exchange_weak_explicit(first, &known, number, memory_order_relaxed,
                                                  memory_order_relaxed))
        ;
}

/* Chunks kept for counters that were promised room.  One more than they fill: a chunk may be
 * taken by another thread at the moment of the promise. */
static uint32_t chunks_reserved(void)
{
    uint32_t per_chunk = state_map.header->chunk_bytes / (uint32_t)sizeof(struct state_counters);
    uint32_t reserved = atomic_load_explicit(&state_map.reserved, memory_order_relaxed);
    return reserved ? (reserved - 1) / per_chunk + 2 : 0;
}

/* Where the chunks end that can be taken. */
static uint32_t chunks_end(void)
{
    return sandboxed() ? atomic_load_explicit(&state_map.prepared, memory_order_acquire)
                       : state_map.header->chunk_count;
}

/* Takes the next chunk, which is nobody's yet; 0 when there is none.  `reserved`: of those that
 * are kept for it. */
static uint64_t take_chunk(bool reserved)
{
    struct state_header *h = state_map.header;
    uint32_t prepared = atomic_load_explicit(&state_map.prepared, memory_order_acquire);
    uint32_t end = chunks_end(), kept = reserved ? 0 : chunks_reserved();
    uint32_t chunk = atomic_load_explicit(&h->chunks_used, memory_order_relaxed);
    do {
        if (chunk + kept >= end)
            return 0;
    } while (!atomic_compare_exchange_weak_explicit(&h->chunks_used, &chunk, chunk + 1,
                                                    memory_order_relaxed, memory_order_relaxed));
    uint64_t offset = h->chunks_offset + (uint64_t)chunk * h->chunk_bytes;
    int saved = errno;
    bool usable = chunk < prepared || populate(at(offset), h->chunk_bytes);
    errno = saved;
    if (!usable)
        return 0;
    return offset;
}

/* Tells readers what a chunk is; a second time, too, by a thread that does not know. */
static void name_chunk(enum state_table table, uint32_t ordinal, uint32_t chunk)
{
    struct state_header *h = state_map.header;
    note_first(&h->directory[table - 1].first_chunk, chunk + 1);
    _Atomic uint32_t *entries = (_Atomic uint32_t *)at(h->chunk_table_offset);
    atomic_store_explicit(&entries[chunk], STATE_CHUNK_ENTRY(table, ordinal), memory_order_release);
}

static bool is_named(uint32_t chunk)
{
    const _Atomic uint32_t *entries =
        (const _Atomic uint32_t *)at(state_map.header->chunk_table_offset);
    return atomic_load_explicit(&entries[chunk], memory_order_relaxed) != 0;
}

static uint32_t chunk_number(uint64_t offset)
{
    const struct state_header *h = state_map.header;
    return (uint32_t)((offset - h->chunks_offset) / h->chunk_bytes);
}

void state_map_prepare(uint32_t chunks)
{
    struct state_header *h = state_map.header;
    uint32_t chunk = atomic_load_explicit(&h->chunks_used, memory_order_relaxed);
    uint32_t wanted = chunks + chunks_reserved();
    uint32_t end = chunk + wanted < h->chunk_count ? chunk + wanted : h->chunk_count;
    int saved = errno;
    for (uint32_t step; chunk < end; chunk += step) {
        step = end - chunk < PREPARED_STEP ? end - chunk : PREPARED_STEP;
        if (!populate(at(h->chunks_offset + (uint64_t)chunk * h->chunk_bytes),
                      (size_t)step * h->chunk_bytes))
            break;
        atomic_store_explicit(&state_map.prepared, chunk + step, memory_order_release);
    }
    errno = saved;
}

static uint64_t append(_Atomic uint64_t *cursor, enum state_table table, size_t bytes,
                       bool reserved)
{
    struct state_header *h = state_map.header;
    uint64_t from = atomic_load_explicit(cursor, memory_order_relaxed);
    for (;;) {
        uint64_t room = from ? h->chunk_bytes - from % h->chunk_bytes : 0;
        if (bytes <= room) {
            /* The cursor never stands on a chunk's end: 0 there means "none".  Acquire pairs
             * with the release of who took the chunk: whoever is told of what will be there
             * finds the chunk's entry. */
            uint64_t to = bytes == room ? 0 : from + bytes;
            if (atomic_compare_exchange_weak_explicit(cursor, &from, to, memory_order_acquire,
                                                      memory_order_relaxed))
                return from;
            continue;
        }
        uint32_t ordinal =
            atomic_fetch_add_explicit(&state_map.ordinals[table], 1, memory_order_relaxed);
        uint64_t chunk = take_chunk(reserved);
        if (chunk == 0) {
            state_map_lost(STATE_LOST_GROWTH);
            return 0;
        }
        name_chunk(table, ordinal, chunk_number(chunk));
        /* If another thread was quicker its chunk stays current; ours is left
         * with this one record in it. */
        atomic_compare_exchange_strong_explicit(cursor, &from, chunk + bytes, memory_order_release,
                                                memory_order_relaxed);
        return chunk;
    }
}

uint64_t state_map_append(enum state_table table, size_t bytes)
{
    return append(&state_map.cursor[table], table, bytes, false);
}

uint64_t state_map_append_reserved(void)
{
    return append(&state_map.reserved_cursor, STATE_TABLE_COUNTERS, sizeof(struct state_counters),
                  true);
}

bool state_map_reserve_counters(void)
{
    atomic_fetch_add_explicit(&state_map.reserved, 1, memory_order_relaxed);
    uint32_t used = atomic_load_explicit(&state_map.header->chunks_used, memory_order_relaxed);
    if (used + chunks_reserved() <= chunks_end())
        return true;
    state_map_unreserve_counters();
    state_map_lost(STATE_LOST_GROWTH);
    return false;
}

void state_map_unreserve_counters(void)
{
    atomic_fetch_sub_explicit(&state_map.reserved, 1, memory_order_relaxed);
}

void *state_map_record(enum state_table table, uint32_t index, size_t record_bytes)
{
    struct state_header *h = state_map.header;
    uint32_t per_chunk = h->chunk_bytes / (uint32_t)record_bytes;
    uint32_t ordinal = index / per_chunk;
    if (ordinal >= STATE_CHUNKS_MAX)
        return NULL;
    _Atomic uint32_t *known = &state_map.indexed[table][ordinal];
    uint32_t chunk = atomic_load_explicit(known, memory_order_acquire);
    if (chunk == 0) {
        uint64_t offset = take_chunk(false);
        if (offset == 0) {
            state_map_lost(STATE_LOST_GROWTH);
            return NULL;
        }
        /* If another thread was quicker its chunk is the one: ours has no name and is lost. */
        uint32_t mine = chunk_number(offset) + 1;
        if (atomic_compare_exchange_strong_explicit(known, &chunk, mine, memory_order_acq_rel,
                                                    memory_order_acquire))
            chunk = mine;
    }
    /* Who took it may not have come so far, or never will. */
    if (!is_named(chunk - 1))
        name_chunk(table, ordinal, chunk - 1);
    return at(h->chunks_offset + (uint64_t)(chunk - 1) * h->chunk_bytes +
              (uint64_t)(index % per_chunk) * record_bytes);
}

state_string_offset state_map_string(const char *text, size_t length)
{
    if (length > CONFIG_PATH_MAX - 1)
        length = CONFIG_PATH_MAX - 1;
    size_t bytes = (sizeof(struct state_string) + length + 1 + 7) & ~(size_t)7;
    uint64_t offset = state_map_append(STATE_TABLE_STRINGS, bytes);
    if (offset == 0)
        return 0;
    struct state_string *string = (struct state_string *)at(offset);
    memcpy(string->bytes, text, length);
    string->length = (uint32_t)length;
    return offset;
}

void state_map_lost(enum state_loss loss)
{
    atomic_fetch_add_explicit(&state_map.header->lost[loss], 1, memory_order_relaxed);
}
