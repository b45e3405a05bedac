/* SPDX-License-Identifier: Apache-2.0
 *
 * What the collector makes of the state at this moment, as after a kill.
 */
#include "collector/state/counts.h"
#include "collector/state/header.h"
#include "collector/state/layout.h"
#include "collector/state/reader.h"
#include "collector/state/tables.h"
#include "tests/interleavings/explore.h"
#include "tests/interleavings/world.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define READER_SITES 8 /* no case with a reader has more */

void world_check_collected(const void *state, size_t bytes, const struct world_sums *wanted)
{
    struct state_reader *reader;
    struct error *error = state_reader_create_memory(state, bytes, "state", &reader);
    if (error)
        explore_fail("not readable: %s", error_message(error));
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
    struct state_reader *reader;
    struct error *error = state_reader_create_memory(state, bytes, "state", &reader);
    if (error)
        explore_fail("not readable: %s", error_message(error));
    const struct state_info *info = state_reader_info(reader);
    EXPLORE_CHECK(info->pid == (uint32_t)getpid() && info->interval_bytes == 1);
    EXPLORE_CHECK(strcmp(info->exe, "/case") == 0 && strcmp(info->comm, "case") == 0);
    EXPLORE_CHECK(strcmp(info->cwd, "/") == 0);
    state_reader_destroy(reader);
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

uint64_t world_peak_collected(const void *state, size_t bytes)
{
    struct state_reader *reader;
    struct error *error = state_reader_create_memory(state, bytes, "state", &reader);
    if (error)
        explore_fail("not readable: %s", error_message(error));
    uint32_t count;
    state_reader_sites(reader, &count);
    struct state_reader_counts *counts = calloc(count + 1, sizeof *counts);
    struct state_reader_peak peak;
    EXPLORE_CHECK(state_reader_counts_at_peak(reader, counts, &peak));
    EXPLORE_CHECK(peak.is_exact);
    free(counts);
    state_reader_destroy(reader);
    return peak.bytes;
}
