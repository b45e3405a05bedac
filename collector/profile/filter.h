/* SPDX-License-Identifier: Apache-2.0
 *
 * pprof's options focus, ignore, hide and show.  An expression matches a frame by its
 * function's name, its source file or its module's file.
 */
#ifndef MEMPROF_COLLECTOR_PROFILE_FILTER_H
#define MEMPROF_COLLECTOR_PROFILE_FILTER_H

#include "collector/profile/pattern.h"
#include "collector/profile/profile.h"

/* Each is NULL or borrowed. */
struct profile_filter {
    const struct pattern *focus;  /* samples with such a frame stay */
    const struct pattern *ignore; /* samples with such a frame go */
    const struct pattern *hide;   /* such frames are taken out of the stacks */
    const struct pattern *show;   /* all other frames are taken out of the stacks */
};

/* Which of them matched a frame of the profile. */
struct profile_filter_matches {
    bool focus, ignore, hide, show;
};

/* Changes the profile; samples without a frame that is left are removed.  Nodes cannot
 * be interned afterwards.  False: no memory. */
bool profile_filter(struct profile *profile, const struct profile_filter *filter,
                    struct profile_filter_matches *matches);

#endif
