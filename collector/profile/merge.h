/* SPDX-License-Identifier: Apache-2.0
 *
 * Several profiles as one: what `go tool pprof A B` shows.
 */
#ifndef MEMPROF_COLLECTOR_PROFILE_MERGE_H
#define MEMPROF_COLLECTOR_PROFILE_MERGE_H

#include "collector/profile/profile.h"

struct profile_merger;

/* NULL: no memory. */
struct profile_merger *profile_merger_create(void);
void profile_merger_destroy(struct profile_merger *merger); /* NULL is allowed */

/* Whether a profile has the same values, in the same order, as those that were added. */
bool profile_merger_takes(const struct profile_merger *merger, const struct profile *profile);

/* Adds the samples of a profile that profile_merger_takes() is true of.  A location of a module
 * that several have (the same file, build id, offset and size) is one location, wherever the module
 * was loaded.  The head is that of the first, but for the earliest time, the sum of the durations,
 * and the comments, each once.  False: no memory. */
bool profile_merger_add(struct profile_merger *merger, const struct profile *profile);

/* The sum, which the caller then owns; the merger can only be destroyed afterwards. */
struct profile *profile_merger_finish(struct profile_merger *merger);
/* The same, and more can be interned in it. */
struct profile *profile_merger_finish_growing(struct profile_merger *merger);

#endif
