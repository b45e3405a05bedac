/* SPDX-License-Identifier: Apache-2.0
 *
 * The timeline: what was in use and allocated when, in rings of points whose steps grow by
 * ten.  It is written by threads as they come by: by one that looks at the totals, and by
 * each that has counted some events since it last read the clock.  Where nothing happens nothing
 * is written.
 */
#ifndef MEMPROF_TIMELINE_H
#define MEMPROF_TIMELINE_H

#include "preload/base/hidden.h"
#include "preload/counters.h"
#include "preload/process/process_wide.h"
#include "preload/state.h"

#include <stdatomic.h>
#include <stdint.h>

struct PROCESS_WIDE_TYPE timeline {
    /* Events of a thread, less one, between two looks at the clock: 0 to 255, one less than a
     * power of two.  Follows their rate, so that the clock is read about once a step. */
    _Atomic uint64_t mask;
    /* Since the start, when the next point of each ring is due; 0: one step after the start.
     * Who moves it by compare-and-swap writes the point; UINT64_MAX: there is no room. */
    _Atomic uint64_t due_ns[STATE_RINGS];
};
extern HIDDEN struct timeline timeline;

/* The state is new. */
void timeline_begin(void);

/* Writes the points that are due.  Any thread, signal handlers too. */
void timeline_write(uint64_t now_ns, const struct shard_totals *totals);

/* The same after some events: sums the totals only if a point is due. */
__attribute__((cold)) void timeline_tick(void);

#endif
