/* SPDX-License-Identifier: Apache-2.0 */
#include "collector/take_timeline.h"
#include "collector/profile/timeline.h"
#include "collector/state/header.h"
#include "collector/state/timeline.h"

#include <stdlib.h>

#define POINTS_MOST 200u /* of each ring; a point takes some 27 bytes of text, 10 deflated */

/* Leaves of each few points the one when the most was in use.  How many stay. */
static uint32_t thin(struct state_reader_point *points, uint32_t count)
{
    uint32_t few = (count + POINTS_MOST - 1) / POINTS_MOST, kept = 0;
    for (uint32_t i = 0; i < count; i += few) {
        uint32_t highest = i;
        for (uint32_t j = i; j < i + few && j < count; j++)
            if (points[j].inuse_bytes > points[highest].inuse_bytes)
                highest = j;
        points[kept++] = points[highest];
    }
    return kept;
}

static int compare_points(const void *left, const void *right)
{
    const struct profile_point *a = left, *b = right;
    return (a->ms > b->ms) - (a->ms < b->ms);
}

/* Of each ring the points that are older than all of the finer ones. */
static uint32_t join_rings(const struct state_reader *reader, struct state_reader_point *ring,
                           struct profile_point *points)
{
    uint64_t oldest_ns = UINT64_MAX;
    uint32_t count = 0;
    for (unsigned i = 0; i < STATE_READER_RINGS; i++) {
        uint32_t there = state_reader_ring(reader, i, ring), older = 0;
        while (older < there && ring[older].since_start_ns < oldest_ns)
            older++;
        if (older)
            oldest_ns = ring[0].since_start_ns;
        older = thin(ring, older);
        for (uint32_t j = 0; j < older; j++)
            points[count++] =
                (struct profile_point){ring[j].since_start_ns / 1000000, ring[j].inuse_bytes,
                                       ring[j].allocated_bytes, ring[j].allocated_objects};
    }
    qsort(points, count, sizeof *points, compare_points);
    return count;
}

bool timeline_take(const struct state_reader *reader, struct profile *profile)
{
    if (!state_reader_info(reader)->has_timeline)
        return true;
    struct state_reader_point *ring = malloc(STATE_READER_RING_POINTS * sizeof *ring);
    struct profile_point *points = malloc(STATE_READER_RINGS * POINTS_MOST * sizeof *points);
    bool has_memory =
        ring && points && profile_timeline_add(profile, points, join_rings(reader, ring, points));
    free(ring);
    free(points);
    return has_memory;
}
