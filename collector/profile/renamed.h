/* SPDX-License-Identifier: Apache-2.0
 *
 * Sites that may be one whose function was renamed.
 */
#ifndef MEMPROF_COLLECTOR_PROFILE_RENAMED_H
#define MEMPROF_COLLECTOR_PROFILE_RENAMED_H

#include "collector/profile/compare.h"

/* To be called once.  Sets `renamed` of gone and new sites of equal values and similar names to
 * each other.  False: no memory. */
bool renamed_find(struct comparison *comparison);

#endif
