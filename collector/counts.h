/* SPDX-License-Identifier: Apache-2.0
 *
 * What was counted at the sites of a state at one moment, and what a profile shows of it: the
 * counts themselves, or how they differ from earlier ones of the same state.  Site numbers
 * never change their meaning, so two moments are compared number by number.
 */
#ifndef MEMPROF_COLLECTOR_COUNTS_H
#define MEMPROF_COLLECTOR_COUNTS_H

#include "collector/profile/profile.h"
#include "collector/state/counts.h"
#include "collector/state/reader.h"

#include <stdbool.h>
#include <stdint.h>

/* The counts by site number.  At a later moment there may be more sites. */
struct counts {
    struct state_reader_counts *of_site;
    uint32_t count;
};

/* Reads the counts of this moment.  False: no memory.  counts_deinit() them in any case. */
bool counts_init(struct counts *counts, const struct state_reader *reader);
/* Reads those of the moment when the most was in use, or of this moment where the state does not
 * keep the peak. */
bool counts_init_at_peak(struct counts *counts, const struct state_reader *reader,
                         struct state_reader_peak *peak);
void counts_deinit(struct counts *counts);

/* A view: the counts of one moment, or, with an earlier one, what has changed since. */
struct counts_view {
    const struct counts *counts;
    const struct counts *earlier; /* NULL: none */
};

/* The four values of a site.  Without an earlier moment none is negative; with one, a site
 * that only freed has allocated nothing and its live values are negative.  False: they are
 * all zero, and the site is not in the profile. */
bool counts_values(const struct counts_view *view, uint32_t site, int64_t values[PROFILE_VALUES]);

#endif
