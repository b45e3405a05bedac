/* SPDX-License-Identifier: Apache-2.0
 *
 * Which locations of a profile names, or chains of calls, are looked for: by module.
 */
#ifndef MEMPROF_COLLECTOR_TASKS_H
#define MEMPROF_COLLECTOR_TASKS_H

#include "collector/mappings.h"
#include "collector/symbols/job.h"

/* Fills in the tasks and the order of `work`, which has all else; both are the caller's to free,
 * in any case.  False: no memory. */
bool tasks_make(struct symbol_work *work, const struct mappings *mappings, uint32_t **order,
                uint32_t *order_count);

#endif
