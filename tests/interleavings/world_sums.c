/* SPDX-License-Identifier: Apache-2.0
 *
 * What must hold after each step: the state's own sums against what the program did.
 */
#include "preload/live.h"
#include "preload/process/state_map.h"
#include "tests/interleavings/explore.h"
#include "tests/interleavings/world.h"

#define CELLS_LOOKED 10u /* per chunk: no case makes more */

static void *chunk_at(uint32_t i)
{
    const struct state_header *h = state_map.header;
    return (char *)h + h->chunks_offset + (uint64_t)i * h->chunk_bytes;
}

static uint32_t chunk_entry(uint32_t i)
{
    const struct state_header *h = state_map.header;
    return ((const uint32_t *)((const char *)h + h->chunk_table_offset))[i];
}

static void sum_pass(struct world_sums *sums, bool freed)
{
    uint32_t used = atomic_load_explicit(&state_map.header->chunks_used, memory_order_relaxed);
    for (uint32_t i = 0; i < used; i++) {
        struct state_counters *counters = chunk_at(i);
        if (STATE_CHUNK_TABLE(chunk_entry(i)) != STATE_TABLE_COUNTERS)
            continue;
        for (uint32_t c = 0; c < CELLS_LOOKED; c++) {
            if (STATE_COUNTERS_SITE(atomic_load_explicit(&counters[c].key, memory_order_acquire)) <
                2)
                continue;
            if (freed) {
                sums->freed_objects += atomic_load(&counters[c].freed_objects);
                sums->freed_bytes += atomic_load(&counters[c].freed_bytes);
            } else {
                sums->allocated_objects += atomic_load(&counters[c].allocated_objects);
                sums->allocated_bytes += atomic_load(&counters[c].allocated_bytes);
            }
        }
    }
}

struct world_sums world_sum(void)
{
    struct world_sums sums = {0};
    sum_pass(&sums, true);
    sum_pass(&sums, false);
    return sums;
}

unsigned world_live(void)
{
    unsigned live = 0;
    struct live_record record, stale;
    for (uintptr_t n = 0; n < 8; n++)
        if (live_take(WORLD_BLOCK(n), &record)) {
            live++;
            live_insert(WORLD_BLOCK(n), &record, &stale);
        }
    return live;
}

/* Two threads that make room for one record at once may each take a chunk; one of them is lost,
 * and has no name. */
static void check_chunks(void)
{
    uint32_t used = state_map.header->chunks_used;
    for (uint32_t i = 0; i < used; i++)
        for (uint32_t j = 0; j < i; j++)
            if (chunk_entry(i) == chunk_entry(j) && chunk_entry(i) != 0)
                explore_fail("chunks %u and %u are both %#x", j, i, chunk_entry(i));
}

/* The objects and bytes of each site, over its counters. */
static void check_sites(void)
{
    uint64_t objects[8] = {0}, bytes[8] = {0};
    for (uint32_t i = 0; i < state_map.header->chunks_used; i++) {
        struct state_counters *counters = chunk_at(i);
        if (STATE_CHUNK_TABLE(chunk_entry(i)) != STATE_TABLE_COUNTERS)
            continue;
        if (counters[CELLS_LOOKED].key != 0)
            explore_fail("more counters than the reader looks at");
        for (uint32_t c = 0; c < CELLS_LOOKED; c++) {
            uint32_t site = STATE_COUNTERS_SITE(counters[c].key);
            objects[site] += counters[c].allocated_objects - counters[c].freed_objects;
            bytes[site] += counters[c].allocated_bytes - counters[c].freed_bytes;
        }
    }
    for (unsigned site = 1; site < 8; site++)
        if ((int64_t)objects[site] < 0 || (int64_t)bytes[site] < 0)
            explore_fail("site %u has more freed than allocated", site);
}

void world_check_kill(bool at_end)
{
    struct world_sums sums = world_sum();
    world_check_sums(at_end);
    world_check_collected(state_map.header, state_map.header->state_bytes, &sums);
}

void world_check_sums(bool at_end)
{
    struct world_sums s = world_sum();
    const struct world_events *w = &world_counts;
    check_chunks();
    check_sites();
    EXPLORE_CHECK(s.allocated_objects >= w->allocs_done && s.allocated_objects <= w->allocs_begun);
    EXPLORE_CHECK(s.allocated_bytes >= w->allocs_done * WORLD_SIZE &&
                  s.allocated_bytes <= w->allocs_begun * WORLD_SIZE);
    EXPLORE_CHECK(s.freed_objects >= w->frees_done && s.freed_objects <= w->frees_begun);
    EXPLORE_CHECK(s.freed_bytes >= w->frees_done * WORLD_SIZE &&
                  s.freed_bytes <= w->frees_begun * WORLD_SIZE);
    for (unsigned i = 0; i < STATE_LOST_COUNT; i++)
        EXPLORE_CHECK(state_map.header->lost[i] == 0);
    if (at_end)
        EXPLORE_CHECK(world_live() == w->allocs_done - w->frees_done);
}
