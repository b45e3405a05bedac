/* SPDX-License-Identifier: Apache-2.0
 *
 * What the collector makes of the state at this moment, as after a kill.
 */
#include "collector/state/counts.h"
#include "collector/state/header.h"
#include "collector/state/layout.h"
#include "collector/state/lifetimes.h"
#include "collector/state/reader.h"
#include "collector/state/tables.h"
#include "collector/state/timeline.h"
#include "tests/interleavings/explore.h"
#include "tests/interleavings/world.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define READER_SITES 8 /* no case with a reader has more */

static struct state_reader *open_state(const void *state, size_t bytes)
{
    struct state_reader *reader;
    struct error *error = state_reader_create_memory(state, bytes, "state", &reader);
    if (error)
        explore_fail("not readable: %s", error_message(error));
    return reader;
}

void world_check_collected(const void *state, size_t bytes, const struct world_sums *wanted)
{
    struct state_reader *reader = open_state(state, bytes);
    uint32_t count;
    const struct state_reader_site *sites = state_reader_sites(reader, &count);
    struct state_reader_counts *counts = calloc(count + 1, sizeof *counts);
    struct world_sums sums = {0};
    state_reader_counts(reader, counts);
    for (uint32_t i = 0; i < count; i++) {
        struct state_reader_node node;
        sums.allocated_objects += counts[i].allocated_objects;
        sums.allocated_bytes += counts[i].allocated_bytes;
        sums.freed_objects += counts[i].freed_objects;
        sums.freed_bytes += counts[i].freed_bytes;
        EXPLORE_CHECK(counts[i].allocated_objects == 0 || sites[i].node != 0);
        EXPLORE_CHECK(sites[i].node == 0 || state_reader_node(reader, sites[i].node, &node));
        /* Blocks have one size; the first site stands for all that find no room. */
        EXPLORE_CHECK(sites[i].node == 0 || sites[i].size_class == (i == 1 ? 0 : WORLD_SIZE));
    }
    EXPLORE_CHECK(sums.allocated_objects == wanted->allocated_objects);
    EXPLORE_CHECK(sums.allocated_bytes == wanted->allocated_bytes);
    EXPLORE_CHECK(sums.freed_objects == wanted->freed_objects);
    EXPLORE_CHECK(sums.freed_bytes == wanted->freed_bytes);
    free(counts);
    state_reader_destroy(reader);
}

void world_check_published(const void *state, size_t bytes)
{
    struct state_reader *reader = open_state(state, bytes);
    const struct state_info *info = state_reader_info(reader);
    EXPLORE_CHECK(info->pid == (uint32_t)getpid() && info->interval_bytes == 1);
    EXPLORE_CHECK(strcmp(info->exe, "/case") == 0 && strcmp(info->comm, "case") == 0);
    EXPLORE_CHECK(strcmp(info->cwd, "/") == 0);
    state_reader_destroy(reader);
}

uint32_t world_site_collected(const void *state, size_t bytes, uint32_t site)
{
    struct state_reader *reader = open_state(state, bytes);
    uint32_t count;
    const struct state_reader_site *sites = state_reader_sites(reader, &count);
    uint32_t node = site < count ? sites[site].node : 0;
    state_reader_destroy(reader);
    return node;
}

struct lives_of {
    const struct state_reader *reader;
    struct world_lives sums;
};

static bool add_life(void *context, const struct state_reader_life *life)
{
    struct lives_of *lives = context;
    struct state_reader_node node;
    EXPLORE_CHECK(state_reader_node(lives->reader, life->node, &node));
    for (unsigned i = 0; i < STATE_READER_LEVELS; i++) {
        lives->sums.began += life->began_at[i];
        lives->sums.ended += life->ended_at[i];
    }
    lives->sums.followed += life->followed;
    lives->sums.crossed += life->crossed;
    lives->sums.unfollowed += life->unfollowed;
    lives->sums.live += life->live;
    return true;
}

struct world_lives world_lives(const void *state, size_t bytes)
{
    struct lives_of lives = {open_state(state, bytes), {0}};
    state_reader_lives(lives.reader, add_life, &lives);
    state_reader_destroy((struct state_reader *)lives.reader);
    return lives.sums;
}

/* Of the reader that is a thread of the case; made before, and not part of the state. */
static struct state_reader *open_reader;

void world_open(const void *state, size_t bytes)
{
    struct error *error = state_reader_create_memory(state, bytes, "state", &open_reader);
    if (error)
        explore_fail("not readable: %s", error_message(error));
    open_reader->site_count = READER_SITES; /* of 2048, to keep them on a thread's stack */
}

struct world_sums world_read(void)
{
    struct state_reader_counts counts[READER_SITES];
    struct world_sums sums = {0};
    state_reader_counts(open_reader, counts);
    for (uint32_t i = 0; i < READER_SITES; i++) {
        sums.allocated_objects += counts[i].allocated_objects;
        sums.allocated_bytes += counts[i].allocated_bytes;
        sums.freed_objects += counts[i].freed_objects;
        sums.freed_bytes += counts[i].freed_bytes;
    }
    return sums;
}

/* By the innermost frame of each site that has one. */
static struct world_peak by_site(const struct state_reader *reader,
                                 const struct state_reader_counts *counts, uint32_t count,
                                 const struct state_reader_peak *found)
{
    struct world_peak peak = {found->bytes, found->is_now, found->is_exact, {{0}}};
    for (uint32_t i = 0; i < count; i++) {
        struct state_reader_node node;
        if (counts[i].allocated_objects == 0 && counts[i].freed_objects == 0)
            continue;
        EXPLORE_CHECK(reader->sites[i].node != 0);
        EXPLORE_CHECK(state_reader_node(reader, reader->sites[i].node, &node));
        struct world_sums *site = &peak.site[WORLD_SITE(node.pc)];
        EXPLORE_CHECK(WORLD_SITE(node.pc) < WORLD_SITES);
        site->allocated_objects += counts[i].allocated_objects;
        site->allocated_bytes += counts[i].allocated_bytes;
        site->freed_objects += counts[i].freed_objects;
        site->freed_bytes += counts[i].freed_bytes;
    }
    return peak;
}

struct world_peak world_peak_collected(const void *state, size_t bytes)
{
    struct state_reader *reader = open_state(state, bytes);
    uint32_t count;
    state_reader_sites(reader, &count);
    struct state_reader_counts *counts = calloc(count + 1, sizeof *counts);
    struct state_reader_peak found;
    EXPLORE_CHECK(state_reader_counts_at_peak(reader, counts, &found));
    struct world_peak peak = by_site(reader, counts, count, &found);
    free(counts);
    state_reader_destroy(reader);
    return peak;
}

struct world_peak world_read_peak(void)
{
    struct state_reader_counts counts[READER_SITES];
    struct state_reader_peak found;
    EXPLORE_CHECK(state_reader_counts_at_peak(open_reader, counts, &found));
    return by_site(open_reader, counts, READER_SITES, &found);
}

static unsigned ring_of(const struct state_reader *reader, unsigned ring,
                        struct world_point *points)
{
    static struct state_reader_point found[STATE_READER_RING_POINTS] TRACKED;
    uint32_t count = state_reader_ring(reader, ring, found);
    EXPLORE_CHECK(count <= WORLD_POINTS);
    for (uint32_t i = 0; i < count; i++)
        points[i] = (struct world_point){found[i].since_start_ns, found[i].inuse_bytes,
                                         found[i].allocated_bytes, found[i].allocated_objects};
    memset(found, 0, count * sizeof *found);
    return count;
}

unsigned world_ring_collected(unsigned ring, struct world_point *points)
{
    if (!open_reader)
        explore_fail("nothing is open");
    return ring_of(open_reader, ring, points);
}

unsigned world_read_ring(unsigned ring, struct world_point *points)
{
    return ring_of(open_reader, ring, points);
}

void world_visit_lives(bool (*visit)(void *unused, const struct state_reader_life *life))
{
    state_reader_lives(open_reader, visit, NULL);
}

void world_visit_freed_at(bool (*visit)(void *unused, const struct state_reader_freed_at *freed))
{
    state_reader_freed_at(open_reader, visit, NULL);
}

/* 0: its chunk is not there. */
uint32_t world_read_site(uint32_t site)
{
    struct state_walk walk = {0};
    uint64_t first;
    uint32_t count;
    const void *records;
    while ((records = state_layout_next(open_reader, STATE_TABLE_SITES, &walk, &first, &count)))
        if (site >= first && site < first + count) {
            const struct state_site *at =
                state_layout_at(open_reader, STATE_TABLE_SITES, records, site - first);
            return atomic_load_explicit(&at->node, memory_order_acquire);
        }
    return 0;
}

bool world_read_node(uint32_t node, struct state_reader_node *copy)
{
    return state_reader_node(open_reader, node, copy);
}

/* PEAKS has the record of the same index. */
uint64_t world_saved_objects(const struct state_counters *counters)
{
    const struct state_reader *reader = open_reader;
    struct state_walk walk = {0}, peaks = {0};
    uint64_t first, first_peak;
    uint32_t count, peak_count;
    const struct state_counters *records;
    const struct state_peak *saved;
    while ((records = state_layout_next(reader, STATE_TABLE_COUNTERS, &walk, &first, &count)))
        if (counters >= records && counters < records + count)
            break;
    EXPLORE_CHECK(records);
    first += (uint64_t)(counters - records);
    while ((saved = state_layout_next(reader, STATE_TABLE_PEAKS, &peaks, &first_peak, &peak_count)))
        if (first >= first_peak && first < first_peak + peak_count)
            return saved[first - first_peak].allocated_objects;
    return UINT64_MAX;
}

/* What the reader allocates while its steps are taken back; it has one block at a time. */
static char reader_block[STATE_CHUNKS_MAX * 8] TRACKED __attribute__((aligned(4096)));
void *world_reader_malloc(size_t bytes)
{
    return bytes <= sizeof reader_block ? reader_block : NULL;
}
void world_reader_free(void *block)
{
    EXPLORE_CHECK(block == reader_block);
    memset(reader_block, 0, sizeof reader_block); /* as it was */
}
