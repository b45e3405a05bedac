/* SPDX-License-Identifier: Apache-2.0
 *
 * How high a number is, and how sure that is, from the runs of one side alone: for a limit that
 * is a number.  docs/statistics.md has the model ("One side").
 */
#ifndef MEMPROF_COLLECTOR_PROFILE_LEVEL_H
#define MEMPROF_COLLECTOR_PROFILE_LEVEL_H

#include "collector/profile/judge.h"

struct level {
    double mean;
    struct interval interval; /* of the mean; a point when it is exact */
    double error;             /* standard error of the mean */
    double df;                /* its degrees of freedom; infinite: it is known */
    struct spread spread;     /* what it is made of, as that of a comparison with a number */
    bool is_exact;            /* every run recorded everything, and all have the same value */
};

/* All NaN where there is no run, no memory, or a value is not known. */
struct level level_of(const struct side *side, double confidence);

#endif
