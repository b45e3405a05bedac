/* SPDX-License-Identifier: Apache-2.0
 *
 * The peak: the highest total of bytes in use, and what each site had then.  No event takes a
 * pass over sites, and no thread waits for another.  An event changes its shard's drift, and
 * when that has moved by a batch the thread looks at the totals of all shards; a total
 * that is higher than the peak begins a new epoch, in which counters save themselves before
 * their first change (preload/state.h has the protocol, count.h the part in each event).
 *
 * With one shard in use the total is known without looking, so only the turn matters: the
 * shard looks before a free that would lose a new highest total.  The peak is exact then;
 * with more shards it is a cut one event per thread wide, within 1/1024 and a quarter
 * of the way to the peak for what was not told.
 */
#ifndef MEMPROF_PEAK_H
#define MEMPROF_PEAK_H

#include "preload/counters.h"
#include "preload/state.h"

#include <stdint.h>

/* Sums the totals, begins an epoch if they are higher than the peak, and tells all how far
 * they may go before they look.  `shard` has nothing left to tell then.  Called when
 * its drift says so, by a new owner for the one that ended, and before the first event of
 * a further shard. */
__attribute__((cold)) void peak_look(struct counter_shard *shard);

/* The shared shard is about to be used for the first time: its events move the total, too. */
void peak_join_shared(void);

static inline int64_t peak_batch(const struct state_header_peak *peak)
{
    return atomic_load_explicit(&peak->batch, memory_order_relaxed);
}

/* What is compared at an event, of which each can leave one end of the range alone.  (The range may
 * have become narrower since the last event: then the other end waits for an event of its kind,
 * and until then the total is no further above what was looked at than the range allows.)
 * True: look. */
static inline bool peak_rose_far(int64_t drift, int64_t batch)
{
    return drift > batch;
}

static inline bool peak_fell_far(int64_t drift, int64_t batch)
{
    return drift < -batch; /* which may be INT64_MAX: there is no sum to take */
}

#endif
