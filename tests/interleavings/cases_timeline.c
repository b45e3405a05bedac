/* SPDX-License-Identifier: Apache-2.0
 *
 * The rings: one writer for each step, and a reader while a ring turns.
 */
#include "preload/process/state_map.h"
#include "preload/state_values.h"
#include "preload/timeline.h"
#include "tests/interleavings/cases.h"

#include <string.h>

#define STEP_NS STATE_RING_FIRST_NS

static const struct shard_totals sooner = {1000, 10, 400}, later = {5000, 50, 3000};

/* A state as small as the explored one keeps none by itself.  One ring is like the others. */
static void keep_timeline(void)
{
    memset(&timeline, 0, sizeof timeline);
    state_map.header->features_optional |= STATE_FEATURE_TIMELINE;
    timeline_begin();
    for (unsigned ring = 1; ring < STATE_RINGS; ring++)
        timeline.due_ns[ring] = UINT64_MAX;
    world_open(state_map.header, state_map.header->state_bytes);
}

/* Points by their first writer and by one who comes a turn of the ring later. */
static void write_sooner(void)
{
    timeline_write(STEP_NS, &sooner);
}
static void write_later(void)
{
    timeline_write(STEP_NS * (STATE_RING_POINTS + 1), &later);
}
static bool is_of(const struct world_point *point, const struct shard_totals *totals)
{
    return point->inuse_bytes == totals->allocated_bytes - totals->freed_bytes &&
           point->allocated_bytes == totals->allocated_bytes &&
           point->allocated_objects == totals->allocated_objects;
}
/* Whole points alone, each as one of them wrote it and with its time. */
static void check_points(const struct world_point *points, unsigned count)
{
    for (unsigned i = 0; i < count; i++) {
        bool is_later = points[i].since_start_ns > STEP_NS * 2;
        EXPLORE_CHECK(is_of(&points[i], is_later ? &later : &sooner));
        EXPLORE_CHECK(points[i].since_start_ns <= STEP_NS * (STATE_RING_POINTS + 1));
    }
}
static void read_ring(void)
{
    struct world_point points[WORLD_POINTS];
    check_points(points, world_read_ring(0, points));
}
/* One who was interrupted in the turn before may have spoilt the point of the next, which is
 * then left out. */
static void check_ring(bool at_end)
{
    struct world_point points[WORLD_POINTS];
    unsigned count = world_ring_collected(0, points);
    (void)at_end;
    check_points(points, count);
    EXPLORE_CHECK(count <= 1);
}
static void case_ring(void)
{
    keep_timeline();
    state_map_record(STATE_TABLE_TIMELINE, 0, sizeof(struct state_point));
    explore_thread(write_sooner, NULL, NULL);
    explore_thread(write_later, NULL, NULL);
    explore_thread(read_ring, NULL, NULL);
}

/* Two come by in one step: one of them writes its point. */
static void write_same(void)
{
    timeline_write(STEP_NS, &sooner);
}
static void write_other(void)
{
    timeline_write(STEP_NS + 1, &later);
}
static void check_one_point(bool at_end)
{
    struct world_point points[WORLD_POINTS];
    unsigned count = world_ring_collected(0, points);
    EXPLORE_CHECK(count <= 1 && (!at_end || count == 1));
    EXPLORE_CHECK(count == 0 || is_of(&points[0], &sooner) || is_of(&points[0], &later));
}
static void case_ring_once(void)
{
    keep_timeline();
    explore_thread(write_same, NULL, NULL);
    explore_thread(write_other, NULL, NULL);
}

const struct explored_case cases_timeline[] = {
    {"ring", case_ring, check_ring, NULL},
    {"ring-once", case_ring_once, check_one_point, NULL},
    {NULL, NULL, NULL, NULL},
};
