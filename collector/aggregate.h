/* SPDX-License-Identifier: Apache-2.0
 *
 * The sites of a state as the samples of a profile: counters summed over the
 * threads, equal stacks and size classes merged, what is all zero left out.
 * Locations are addresses in mappings; names come later.
 */
#ifndef MEMPROF_COLLECTOR_AGGREGATE_H
#define MEMPROF_COLLECTOR_AGGREGATE_H

#include "collector/mappings.h"
#include "collector/profile/profile.h"
#include "collector/state/reader.h"

/* Adds the four sample types and everything that a state knows.  False: no memory. */
bool aggregate(const struct state_reader *reader, const struct mappings *mappings,
               struct profile *profile);

#endif
