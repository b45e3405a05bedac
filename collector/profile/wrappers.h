/* SPDX-License-Identifier: Apache-2.0
 *
 * Functions that only pass an allocation on (xmalloc, xstrdup), recognized by how they
 * are used, for programs whose wrappers nobody has listed.
 */
#ifndef MEMPROF_COLLECTOR_PROFILE_WRAPPERS_H
#define MEMPROF_COLLECTOR_PROFILE_WRAPPERS_H

#include "collector/profile/profile.h"

/* For each function of a profile that was pruned already whether it looks like a wrapper:
 * all its samples end in it, or in another wrapper that it calls; at least eight functions
 * call it; and its calls are few and near its head.  The caller frees it.  NULL: no memory. */
bool *profile_wrappers_find(const struct profile *profile, int type);

#endif
