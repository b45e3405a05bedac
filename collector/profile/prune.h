/* SPDX-License-Identifier: Apache-2.0
 *
 * Takes what drop_frames names off the stacks, as pprof does when it reads a profile: the
 * outermost frame whose whole name, without its arguments, matches goes with all it called.
 */
#ifndef MEMPROF_COLLECTOR_PROFILE_PRUNE_H
#define MEMPROF_COLLECTOR_PROFILE_PRUNE_H

#include "collector/profile/profile.h"

/* For each function whether drop_frames names it and keep_frames does not; the caller
 * frees it.  An expression that cannot be understood names nothing.  NULL: no memory. */
bool *profile_prune_match(const struct profile *profile);

/* Cuts each stack at the outermost marked function that an unmarked one calls: a stack is
 * never cut as a whole.  cut_at, which may be NULL, gets for each function the sum of
 * |value[type]| of the samples that were cut at it.  False: no memory. */
bool profile_prune(struct profile *profile, const bool *is_marked, int type, uint64_t *cut_at);

/* Both: takes off what the profile names.  False: no memory. */
bool profile_prune_named(struct profile *profile);

/* A function's name as drop_frames is matched with it: without its arguments.  The caller
 * frees it; NULL: no memory. */
char *profile_prune_name(const char *name);

#endif
