/* SPDX-License-Identifier: Apache-2.0
 *
 * The peak of one thread, as the collector finds it after a kill at any step.
 */
#include "preload/process/state_map.h"
#include "preload/process/thread.h"
#include "tests/interleavings/cases.h"

#include <string.h>

static uint64_t highest TRACKED; /* blocks that were live at once, between two calls */

static void note(void)
{
    uint64_t live = world_counts.allocs_done - world_counts.frees_done;
    if (live > highest)
        highest = live;
}
static void rise(unsigned n)
{
    world_allocate(WORLD_BLOCK(n), n % 2 ? PC_ONE : PC_TWO);
    note();
}

/* Two to the same height, a higher one, and a fall to nothing. */
static void rise_and_fall(void)
{
    rise(1);
    rise(2);
    world_release(WORLD_BLOCK(1));
    rise(3);
    rise(4);
    world_release(WORLD_BLOCK(2));
    world_release(WORLD_BLOCK(3));
    world_release(WORLD_BLOCK(4));
}

/* What is under way may be the highest already. */
static void check_peak(bool at_end)
{
    uint64_t live = world_counts.allocs_begun - world_counts.frees_done;
    uint64_t most = !at_end && live > highest ? live : highest;
    uint64_t bytes = world_peak_collected(state_map.header, state_map.header->state_bytes);
    EXPLORE_CHECK(bytes >= highest * WORLD_SIZE && bytes <= most * WORLD_SIZE);
}

static void case_peak(void)
{
    world_looks = true;
    atomic_store(&state_map.header->peak.turn, 0);
    explore_thread(rise_and_fall, NULL, NULL);
}

const struct explored_case cases_peak[] = {
    {"peak", case_peak, check_peak},
    {NULL, NULL, NULL},
};
