/* SPDX-License-Identifier: Apache-2.0
 *
 * Names of frames that need no file: where in which module they are, or what they stand for.
 */
#ifndef MEMPROF_COLLECTOR_PLAIN_NAMES_H
#define MEMPROF_COLLECTOR_PLAIN_NAMES_H

#include "collector/mappings.h"
#include "collector/profile/profile.h"

/* Gives a location its only line.  False: no memory. */
bool plain_names_give(struct profile *profile, const struct mappings *mappings,
                      struct profile_location *location);

#endif
