/* SPDX-License-Identifier: Apache-2.0
 *
 * How much was allocated and freed: now, and when the most was in use.
 */
#ifndef MEMPROF_COLLECTOR_STATE_COUNTS_H
#define MEMPROF_COLLECTOR_STATE_COUNTS_H

#include "collector/state/info.h"

/* Fills one record per site (as many as state_reader_sites() says): first the
 * freed counters of all counters, then the allocated ones, so that what is seen
 * freed is seen allocated even while the process runs. */
void state_reader_counts(const struct state_reader *reader, struct state_reader_counts *counts);

/* What is known of the peak besides the counts. */
struct state_reader_peak {
    uint64_t bytes; /* in use: the sum over the counts */
    uint64_t ns;    /* of the realtime clock; 0: not known */
    bool is_known;  /* false: the state does not keep one, and the counts are those of now */
    bool is_now;    /* the total has not been higher than now: they are those of now */
    bool is_exact;  /* false: the peak moved while it was read, or some of it had no room */
};
/* Fills the counters as they were when the bytes in use were the most, in `counts`
 * as state_reader_counts() does.  Recorded while other threads went on: a cut that is one event
 * per thread wide, so that a site may have one more freed than allocated.  False: no memory. */
bool state_reader_counts_at_peak(const struct state_reader *reader,
                                 struct state_reader_counts *counts,
                                 struct state_reader_peak *peak);

/* The same about it, without the counts and without a pass over them; is_exact is not known. */
void state_reader_peak(const struct state_reader *reader, struct state_reader_peak *peak);

/* The sums over all sites, without a pass over them: from the totals of the shards, freed
 * ones first; of a state without those, from the counters. */
void state_reader_totals(const struct state_reader *reader, struct state_reader_counts *totals);

#endif
