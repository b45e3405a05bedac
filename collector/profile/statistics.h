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

/* The difference of the means of two sides, by Student's t on the pooled variance.
 * `least_variance` is that of sampling alone, of one run: the larger of the two counts, since
 * the variance between runs has it in it already. */
struct mean_difference {
    double difference, error; /* b - a, and its standard error */
    double df;
    double p; /* two-sided */
    struct interval interval;
};
struct mean_difference means_differ(const struct runs *a, const struct runs *b,
                                    double least_variance, double confidence);

/* Which of `count` p values are differences, when the expected share of wrong ones among those
 * found may be `alpha` (Benjamini, Hochberg).  False: no memory. */
bool benjamini_hochberg(const double *p, size_t count, double alpha, bool *is_found);

#endif
