/* SPDX-License-Identifier: Apache-2.0
 *
 * What one side of runs has more than another, as a profile: of each sample's values the mean of
 * the one side less the mean of the other.
 */
#ifndef MEMPROF_COLLECTOR_PROFILE_DIFFERENCE_H
#define MEMPROF_COLLECTOR_PROFILE_DIFFERENCE_H

#include "collector/base/error.h"
#include "collector/profile/profile.h"

struct profile_difference;

/* For so many runs of each side.  NULL: no memory. */
struct profile_difference *profile_difference_create(uint32_t base_runs, uint32_t changed_runs);
void profile_difference_destroy(struct profile_difference *difference); /* NULL is allowed */

/* Adds a run; its values are changed.  `name` is for messages. */
struct error *profile_difference_add(struct profile_difference *difference, struct profile *profile,
                                     bool is_base, const char *name);

/* When all runs were added.  Samples that are equal on both sides are left out; the sums of all
 * values are the differences of the means, rounded.  The caller owns the profile; NULL: no
 * memory. */
struct profile *profile_difference_finish(struct profile_difference *difference);

#endif
