/* SPDX-License-Identifier: Apache-2.0
 *
 * What was in use over time.
 */
#ifndef MEMPROF_COLLECTOR_STATE_TIMELINE_H
#define MEMPROF_COLLECTOR_STATE_TIMELINE_H

#include "collector/state/info.h"

#define STATE_READER_RINGS       7
#define STATE_READER_RING_POINTS 600
struct state_reader_point {
    uint64_t since_start_ns; /* to about 1 ms */
    uint64_t inuse_bytes, allocated_bytes, allocated_objects;
};
/* The points of a ring that are there and whole, oldest first, at most
 * STATE_READER_RING_POINTS; how many.  Between two of them the first one holds on.  The last
 * may be older than what the totals say: state_reader_totals() is the point of now. */
uint32_t state_reader_ring(const struct state_reader *reader, unsigned ring,
                           struct state_reader_point *points);
/* Between the points of a ring. */
uint64_t state_reader_ring_step_ns(unsigned ring);

#endif
