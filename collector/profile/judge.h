/* SPDX-License-Identifier: Apache-2.0
 *
 * Whether one number of a profile, or of several runs, differs between two sides, by how much,
 * and how sure that is.  The formulas are derived in docs/statistics.md.
 */
#ifndef MEMPROF_COLLECTOR_PROFILE_JUDGE_H
#define MEMPROF_COLLECTOR_PROFILE_JUDGE_H

#include "collector/profile/statistics.h"

#include <stdbool.h>
#include <stddef.h>

/* One number of one run. */
struct measured {
    double value;
    double sampled;      /* the part of it that is in objects smaller than the interval */
    double sampled_size; /* bytes for one of `value`: 1 of a size, the mean object of a count */
    double all;          /* bytes of that part in the whole run */
    double interval;     /* bytes; 1: value is exact */
};

struct side {
    const struct measured *runs;
    size_t count;
};

enum judgement {
    JUDGED_SAME,      /* exact, and equal in all runs */
    JUDGED_DIFFERENT, /* exact, equal in all runs of a side, another on the other */
    JUDGED_ESTIMATED, /* the interval says it */
};

struct judged {
    enum judgement judgement;
    double base, changed;     /* means, base not scaled */
    struct interval interval; /* of what is judged; a point when it is exact */
    double p;                 /* of no difference, two-sided; 0 for JUDGED_DIFFERENT */
    double error;             /* standard error of the difference */
    size_t least_runs;        /* of the side that has fewer */
};

/* The interval of one number of one run ("One sampled profile"). */
struct interval measured_interval(const struct measured *measured, double confidence);

/* What is judged is changed - scale * base: with 1 the difference, with 1.05 what it is more than
 * 5 %. */
struct judged judge(const struct side *base, const struct side *changed, double scale,
                    double confidence);

#endif
