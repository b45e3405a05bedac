/* SPDX-License-Identifier: Apache-2.0
 *
 * How sure a number of a profile is, and whether two of them differ.  The model and the
 * derivation of each formula are in docs/statistics.md; its sections are named below.
 * Pure functions, safe in any thread; an argument outside of its domain gives NaN.
 */
#ifndef MEMPROF_COLLECTOR_PROFILE_STATISTICS_H
#define MEMPROF_COLLECTOR_PROFILE_STATISTICS_H

#include <stdbool.h>
#include <stddef.h>

struct interval {
    double low, high;
};

/* One sampled profile.  `marks` of the `all` marks fell on what is asked for: the interval of
 * its share of all bytes, mid-P Clopper-Pearson ("One sampled profile").  No mark at all gives
 * [0, 1 - alpha^(1/n)]. */
struct interval share_interval(double marks, double all, double confidence);

/* What is known of repeated runs of one side. */
struct runs {
    size_t count;
    double mean;
    double variance; /* between runs, n - 1 in the denominator; NaN for fewer than two */
    bool is_constant;
    double least, most;
};
struct runs runs_of(const double *values, size_t count);

/* What varies between runs, of both sides together: the pooled variance of one run.  Where there
 * are five runs a side, one whose runs are all equal takes no part, unless both are: a value of two
 * states is often equal, and half of its variance would be taken for none. */
struct between {
    double variance, df; /* df 0: there are no two runs to tell */
};
struct between runs_between(const struct runs *a, const struct runs *b);

/* What sampling alone makes of one side: the variance of one run, and how many of the runs are
 * sampled independently of each other, those that share a seed being one. */
struct sampling {
    double variance;
    size_t seeds;
};

/* The variance of the mean of one side.  Of the variance between runs, which has that of sampling
 * in it, and the latter the larger counts; but errors that runs share by their seed are in no
 * variance between them. */
struct mean_variance {
    double all;
    double estimated; /* the part that the runs tell, and whose degrees of freedom count */
};
struct mean_variance mean_variance(size_t runs, const struct between *between,
                                   const struct sampling *sampling);
/* Its degrees of freedom, infinite where it is known (Satterthwaite). */
double mean_variance_df(const struct mean_variance *variance, const struct between *between);

/* The difference of the means of two sides, by Student's t. */
struct mean_difference {
    double difference; /* b - a */
    double error;      /* its standard error; NaN: nothing is known of it */
    double df;
    double p; /* two-sided */
};
struct mean_difference means_differ(const struct runs *a, const struct runs *b,
                                    const struct between *between, const struct sampling *of_a,
                                    const struct sampling *of_b);

/* Which of `count` p values are differences, when the expected share of wrong ones among those
 * found may be `alpha` (Benjamini, Hochberg).  False: no memory. */
bool benjamini_hochberg(const double *p, size_t count, double alpha, bool *is_found);

#endif
