/* SPDX-License-Identifier: Apache-2.0
 *
 * How much was allocated and freed by size, from a state: a pass over its counters, without stacks
 * and without names.
 */
#ifndef MEMPROF_COLLECTOR_TAKE_MEMSTATS_H
#define MEMPROF_COLLECTOR_TAKE_MEMSTATS_H

#include "collector/base/error.h"
#include "collector/profile/memstats.h"

/* `name` is for messages; the descriptor stays the caller's.  memstats_deinit() them in any case.
 */
struct error *memstats_of_state(struct memstats *stats, int fd, const char *name);

#endif
