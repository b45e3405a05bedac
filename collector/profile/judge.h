/* SPDX-License-Identifier: Apache-2.0
 *
 * Whether one number of a profile, or of several runs, differs between two sides, by how much,
 * and how sure that is.  The formulas are derived in docs/statistics.md.
 */
#ifndef MEMPROF_COLLECTOR_PROFILE_JUDGE_H
#define MEMPROF_COLLECTOR_PROFILE_JUDGE_H

#include "collector/profile/power.h"
#include "collector/profile/shrinkage.h"
#include "collector/profile/statistics.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* One number of one run. */
struct measured {
    double value;
    double sampled;  /* the part of it that is estimated from marks; the rest was counted */
    double per_mark; /* what one of its marks stands for; where that varies, the mean of it that is
                      * weighted by what they stand for */
    double all;      /* marks of the run, whatever they fell on; infinite: they fall independently
                      * of each other (Go's) */
    double threads;  /* streams of marks */
    double interval; /* bytes; 1: value is exact */
    bool is_whole;   /* it has all marks because it is all there is, not by chance */
};

struct side {
    const struct measured *runs;
    size_t count;
    size_t seeds; /* different ones among the runs; 0: all are */
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
    struct interval ratio;    /* of `changed` to `base`; NaN: not known, as without a base */
    double p;                 /* of no difference, two-sided; 0 for JUDGED_DIFFERENT */
    double error;             /* standard error of what is judged; NaN: not known */
    double df;                /* degrees of freedom of `error`; infinite: it is known */
    size_t least_runs;        /* of the side that has fewer ... */
    size_t most_runs;         /* ... and of the other */
    double sampling;          /* the part of error^2 that sampling makes ... */
    double interval_bytes;    /* ... at this interval, the larger of the two sides' */
    struct spread spread;     /* what `error` was made of */
};

/* What sampling makes of one side: the mean of its runs' variances, the values taken `scale` times.
 * Where none of its runs has a mark, that of one mark in all of them together: it is not known to
 * be none. */
struct sampling side_sampling(const struct side *side, double scale);
/* What a comparison with this side's error as the second's would spread by. */
void side_spread(const struct side *side, struct spread *spread);

/* What to judge without an interval of the result, which is most of the work. */
#define JUDGE_NO_INTERVAL 0.0

/* The variance of one number of one run, by sampling alone, and its interval ("One sampled
 * profile"). */
double measured_variance(const struct measured *measured);
struct interval measured_interval(const struct measured *measured, double confidence);

/* What the runs of both sides vary by, before it is shrunk. */
struct variance_row judge_variance(const struct side *base, const struct side *changed);

/* What is judged is changed - scale * base: with 1 the difference, with 1.05 what it is more than
 * 5 %.  `prior` is what other rows vary by; NULL: nothing is known of them. */
struct judged judge(const struct side *base, const struct side *changed, double scale,
                    const struct variance_prior *prior, double confidence);

/* The smallest change beyond a limit for which the lower end of the interval lies above the limit
 * with the probability `power`. */
double judged_sees(const struct judged *judged, double limit, double confidence, double power);

/* What would make the interval reach no further than `reach` to either side: so many runs a side,
 * or a sampling interval of so many bytes with the runs there are.  0: that alone does not. */
struct needs {
    uint64_t runs, interval_bytes;
};
#define NEEDS_RUNS_MAX 1000
struct needs judged_needs(const struct judged *judged, double confidence, double reach);

#endif
