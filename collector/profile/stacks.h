/* SPDX-License-Identifier: Apache-2.0
 *
 * A profile's samples added up by whole stack: what `go tool pprof -traces` prints, but
 * stacks whose frames have the same names and lines are one, whatever their sizes.
 */
#ifndef MEMPROF_COLLECTOR_PROFILE_STACKS_H
#define MEMPROF_COLLECTOR_PROFILE_STACKS_H

#include "collector/profile/profile.h"

struct profile_stack_size {
    int64_t bytes; /* the label: of one object, at most */
    int64_t value;
};

struct profile_stack_sum {
    uint32_t node;   /* the leaf of one of these stacks */
    int64_t *values; /* as many as the profile has types */
    /* Values of the type asked for by the samples' label `bytes`, smallest size first. */
    struct profile_stack_size *sizes;
    uint32_t size_count;
};

struct profile_stacks {
    struct profile_stack_sum *items; /* by |value| of the type asked for */
    uint32_t count;
    int64_t *values;
    struct profile_stack_size *sizes;
};

/* Stacks whose value is 0 are left out.  profile_stacks_deinit() it in any case.  False:
 * no memory. */
bool profile_stacks_init(struct profile_stacks *stacks, const struct profile *profile, int type);
void profile_stacks_deinit(struct profile_stacks *stacks);

#endif
