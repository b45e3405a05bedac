/* SPDX-License-Identifier: Apache-2.0
 *
 * How much was in use over time, as far as it is known.
 */
#ifndef MEMPROF_TOOLS_REPORT_TIMELINE_H
#define MEMPROF_TOOLS_REPORT_TIMELINE_H

#include "collector/profile/profile.h"
#include "collector/vitals.h"

struct report_point {
    uint64_t ms; /* since recording began */
    uint64_t inuse_bytes, allocated_bytes, allocated_objects;
};

struct report_timeline {
    PROFILE_POOL(struct report_point) points; /* by time; empty: nothing is known */
    bool is_whole;       /* the points are a state's, not those of some profiles alone */
    uint64_t peak_bytes; /* 0: not known */
};

/* From the rings of a state: the finest that reach back so far.  False: no memory.
 * report_timeline_deinit() it in any case. */
bool report_timeline_of_process(struct report_timeline *timeline, const struct vitals *vitals);

/* From profiles of one run: one point for each.  False: no memory. */
bool report_timeline_add(struct report_timeline *timeline, const struct profile *profile);
/* When all were added: by time.  Of points that tell nothing none stays. */
void report_timeline_finish(struct report_timeline *timeline);
void report_timeline_deinit(struct report_timeline *timeline);

/* When a profile was taken, in milliseconds since recording began; false: it does not say. */
bool report_timeline_moment(const struct profile *profile, uint64_t *ms);

#endif
