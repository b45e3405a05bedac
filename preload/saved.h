/* SPDX-License-Identifier: Apache-2.0
 *
 * What counters had at the peak: the table PEAKS, whose records lie beside those of
 * COUNTERS.  Counters are saved once in each epoch of the peak, before their first change
 * in it (preload/state.h has the protocol).
 */
#ifndef MEMPROF_SAVED_H
#define MEMPROF_SAVED_H

#include "preload/state.h"

#include <stdint.h>

/* Makes room to save these new counters in.  Without it they are counted in STATE_LOST_PEAK
 * when they would have been saved. */
void saved_reserve(const struct state_counters *counters);

/* The owner of these counters' shard is about to change them in an epoch in which they were not
 * saved. */
__attribute__((cold)) void saved_save(struct state_counters *counters, uint32_t epoch);

/* Before an event in the shared shard, where others count at once: one of them saves.  Any
 * thread, signal handlers too. */
void saved_save_shared(struct state_counters *counters);

#endif
