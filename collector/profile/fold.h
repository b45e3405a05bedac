/* SPDX-License-Identifier: Apache-2.0
 *
 * A profile with fewer samples, for readers that take only so many: the smallest
 * ones are added up at their callers, below a frame named "[folded]".
 */
#ifndef MEMPROF_COLLECTOR_PROFILE_FOLD_H
#define MEMPROF_COLLECTOR_PROFILE_FOLD_H

#include "collector/profile/profile.h"

/* Leaves at most `most` (1 or more) samples of a profile with our four types that has no
 * names yet: totals stay, what was folded has no labels, a comment says how many were.
 * Locations that no stack needs any more are gone.  With no more samples than that
 * nothing changes.  No stack can be added afterwards.  False: no memory. */
bool fold_samples(struct profile *profile, uint32_t most);

/* The same, but only where the stacks of all samples together have too many frames to be read
 * again: a file writes out each stack in full. */
bool fold_frames(struct profile *profile);

#endif
