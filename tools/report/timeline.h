/* SPDX-License-Identifier: Apache-2.0
 *
 * How much was in use over time, as far as it is known.
 */
#ifndef MEMPROF_TOOLS_REPORT_TIMELINE_H
#define MEMPROF_TOOLS_REPORT_TIMELINE_H

#include "collector/profile/profile.h"
#include "collector/profile/timeline.h"

struct report_timeline {
    PROFILE_POOL(struct profile_point) points; /* by time; empty: nothing is known */
    bool is_whole;       /* the points are those of a run, not of some profiles alone */
    uint64_t peak_bytes; /* 0: not known */
};

/* What a profile carries, and its own values as the last point.  False: no memory.
 * report_timeline_deinit() it in any case. */
bool report_timeline_of_profile(struct report_timeline *timeline, const struct profile *profile);

/* From profiles of one run: one point for each.  False: no memory. */
bool report_timeline_add(struct report_timeline *timeline, const struct profile *profile);
/* When all were added: by time.  Of points that tell nothing none stays. */
void report_timeline_finish(struct report_timeline *timeline);
void report_timeline_deinit(struct report_timeline *timeline);

/* When a profile was taken, in milliseconds since recording began; false: it does not say. */
bool report_timeline_moment(const struct profile *profile, uint64_t *ms);

#endif
