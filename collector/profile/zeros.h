/* SPDX-License-Identifier: Apache-2.0
 *
 * Samples that say nothing: in a difference most do.
 */
#ifndef MEMPROF_COLLECTOR_PROFILE_ZEROS_H
#define MEMPROF_COLLECTOR_PROFILE_ZEROS_H

#include "collector/profile/profile.h"

/* Leaves out the samples whose values are all zero. */
void profile_drop_zeros(struct profile *profile);

#endif
