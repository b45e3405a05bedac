/* SPDX-License-Identifier: Apache-2.0
 *
 * What can be said of a few numbers by their order alone, whatever their distribution is: for
 * the totals of repeated runs ("Totals by rank" in docs/statistics.md).  Safe in any thread.
 */
#ifndef MEMPROF_COLLECTOR_PROFILE_RANKS_H
#define MEMPROF_COLLECTOR_PROFILE_RANKS_H

#include "collector/profile/statistics.h"

#include <stddef.h>

#define RANK_SUM_RUNS 4 /* a side: with fewer no p is below 5 % */
#define MEDIAN_RUNS   6 /* with fewer no interval of the median has 95 % */

/* The rank sum test of Mann, Whitney and Wilcoxon: the two-sided p of a and b being alike.  It is
 * exact, with ties too, as long as there are at most RANK_EXACT_MAX values together; beyond that
 * it is the normal's, corrected for ties and continuity.  NaN: a side is empty, or no memory. */
#define RANK_EXACT_MAX 60
double rank_sum_p(const double *a, size_t a_count, const double *b, size_t b_count);

/* The median, and its interval: the closest pair of values, as far from the one end as from the
 * other, that has at least the confidence by the binomial of values below the median; infinite
 * where there is none.  NaN: no values, or no memory. */
struct median {
    double value;
    struct interval interval;
};
struct median median_of(const double *values, size_t count, double confidence);

#endif
