/* SPDX-License-Identifier: Apache-2.0
 *
 * What the collector makes of the state at this moment, as after a kill.
 */
#include "collector/state_reader.h"
#include "tests/interleavings/explore.h"
#include "tests/interleavings/world.h"

#include <stdlib.h>

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
    }
    EXPLORE_CHECK(sums.allocated_objects == wanted->allocated_objects);
    EXPLORE_CHECK(sums.allocated_bytes == wanted->allocated_bytes);
    EXPLORE_CHECK(sums.freed_objects == wanted->freed_objects);
    EXPLORE_CHECK(sums.freed_bytes == wanted->freed_bytes);
    free(counts);
    state_reader_destroy(reader);
}
