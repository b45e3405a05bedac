/* SPDX-License-Identifier: Apache-2.0
 *
 * What the labels of a sample say.
 */
#ifndef MEMPROF_COLLECTOR_PROFILE_LABEL_H
#define MEMPROF_COLLECTOR_PROFILE_LABEL_H

#include "collector/profile/profile.h"

#include <stdbool.h>
#include <stdint.h>

/* `bytes`, an upper bound of the size of each of the sample's objects; -1: there is none. */
int64_t profile_sample_bytes(const struct profile *profile, const struct profile_sample *sample);

/* Whether any of its samples says so. */
bool profile_has_sizes(const struct profile *profile);

#endif
