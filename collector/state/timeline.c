/* SPDX-License-Identifier: Apache-2.0
 *
 * Reads the timeline.  A point that is being written, or was left half written, has a stamp
 * that does not fit its values, and is left out.
 */
#include "collector/state/timeline.h"

#include "collector/state/layout.h"

#include <stdlib.h>

uint64_t state_reader_ring_step_ns(unsigned ring)
{
    uint64_t step = STATE_RING_FIRST_NS;
    while (ring-- > 0)
        step *= 10;
    return step;
}

/* Copies a point.  False: it was never written, or its stamp does not fit its values. */
static bool read_point(const struct state_point *from, struct state_reader_point *to)
{
    uint64_t stamp = atomic_load_explicit(&from->stamp, memory_order_relaxed);
    uint64_t time = stamp >> STATE_POINT_TIME_SHIFT;
    to->inuse_bytes = atomic_load_explicit(&from->inuse_bytes, memory_order_relaxed);
    to->allocated_bytes = atomic_load_explicit(&from->allocated_bytes, memory_order_relaxed);
    to->allocated_objects = atomic_load_explicit(&from->allocated_objects, memory_order_relaxed);
    if (time == 0)
        return false;
    to->since_start_ns = (time - 1) << STATE_POINT_TIME_SHIFT;
    return stamp == state_point_stamp(to->since_start_ns, to->inuse_bytes, to->allocated_bytes,
                                      to->allocated_objects);
}

static int by_time(const void *first, const void *second)
{
    const struct state_reader_point *a = first, *b = second;
    return (a->since_start_ns > b->since_start_ns) - (a->since_start_ns < b->since_start_ns);
}

uint32_t state_reader_ring(const struct state_reader *reader, unsigned ring,
                           struct state_reader_point *points)
{
    uint64_t begin = (uint64_t)ring * STATE_RING_POINTS, end = begin + STATE_RING_POINTS, first;
    struct state_walk walk = {0};
    uint32_t count, found = 0;
    const void *records;
    if (ring >= STATE_RINGS || !reader->info.has_timeline)
        return 0;
    while ((records = state_layout_next(reader, STATE_TABLE_TIMELINE, &walk, &first, &count)))
        for (uint32_t i = 0; i < count; i++)
            if (first + i >= begin && first + i < end && found < STATE_RING_POINTS)
                found += read_point(state_layout_at(reader, STATE_TABLE_TIMELINE, records, i),
                                    &points[found]);
    qsort(points, found, sizeof(*points), by_time);
    return found;
}
