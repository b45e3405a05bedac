/* SPDX-License-Identifier: Apache-2.0
 *
 * A profile with fewer samples, for readers that take only so many: the smallest
 * ones are added up at their callers, below a frame named "[folded]".
 */
#ifndef MEMPROF_COLLECTOR_PROFILE_FOLD_H
#define MEMPROF_COLLECTOR_PROFILE_FOLD_H

#include "collector/profile/profile.h"

/* Leaves at most `most` (1 or more) samples: totals stay, what was folded has no labels, a
 * comment says how many were.  Small is what has little of alloc_space, then of inuse_space, or
 * of the type that shows when nothing is said.  Locations that no stack needs any more are
 * gone.  With no more samples than that nothing changes.  No stack can be added afterwards.
 * False: no memory. */
bool fold_samples(struct profile *profile, uint32_t most);

/* Where *most is 0, sets it to as many samples as have not too many frames to be read again: a
 * file writes out each stack in full.  False: no memory. */
bool fold_limit(const struct profile *profile, uint32_t *most);

#endif
