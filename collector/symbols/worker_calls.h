/* SPDX-License-Identifier: Apache-2.0
 *
 * The second half of what the worker does for a module, when its names are told.
 */
#ifndef MEMPROF_COLLECTOR_SYMBOLS_WORKER_CALLS_H
#define MEMPROF_COLLECTOR_SYMBOLS_WORKER_CALLS_H

#include "collector/symbols/worker_batch.h"

/* Tells the calls of the task's locations, with the chains of tail calls from them. */
void worker_tell_calls(struct worker *worker, struct sources *sources);

#endif
