/* SPDX-License-Identifier: Apache-2.0
 *
 * What a state says of the lives of blocks, summed over threads and size classes, by stack.
 */
#ifndef MEMPROF_COLLECTOR_LIFETIME_SUMS_H
#define MEMPROF_COLLECTOR_LIFETIME_SUMS_H

#include "collector/aggregate.h"
#include "collector/lifetimes/lifetimes.h"

/* Fills in the stacks, sizes and frees; their nodes are those of `stacks`' profile, which gets what
 * it lacks.  False: no memory, or no time. */
bool lifetime_sums_read(struct lifetimes *lifetimes, struct aggregate *stacks,
                        const struct state_reader *reader);

#endif
