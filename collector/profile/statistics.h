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

/* Two sampled profiles.  The ratio (m2 / n2) / (m1 / n1) of two shares, by the binomial of m2
 * given m1 + m2 ("Two sampled profiles").  `scale` multiplies it: T2 * S2-wide bytes for T1's.
 * high is infinite when m1 is 0. */
struct interval ratio_interval(double marks1, double marks2, double scale, double confidence);

/* The difference p2 - p1 of two shares, by Miettinen's and Nurminen's score test
 * (Statistics in Medicine 4, 1985, 213-226). */
struct interval difference_interval(double marks1, double all1, double marks2, double all2,
                                    double confidence);

/* What is known of repeated runs of one side. */
struct runs {
    size_t count;
    double mean;
    double variance; /* between runs, n - 1 in the denominator; NaN for fewer than two */
    bool is_constant;
    double least, most;
};
struct runs runs_of(const double *values, size_t count);

/* What the sites of one comparison show of the variance between runs: s2 follows prior * F with
 * (df, df_prior) degrees of freedom, df_prior infinite when all sites share one variance
 * (G. Smyth, Statistical Applications in Genetics 3, 2004, section 6). */
struct variance_prior {
    double variance;
    double df;
};
/* Sample variances with `df` degrees of freedom each; those that are 0 take no part.  With fewer
 * than three of them there is no prior: df 0. */
struct variance_prior variance_prior_fit(const double *variances, size_t count, double df);

/* The difference of the means of two sides, by Student's t on the shrunk variance.
 * `least_variance` is that of sampling alone, of one run: the larger of the two counts, since
 * the variance between runs has it in it already. */
struct mean_difference {
    double difference, error; /* b - a, and its standard error */
    double df;
    double p; /* two-sided */
    struct interval interval;
};
struct mean_difference means_differ(const struct runs *a, const struct runs *b,
                                    const struct variance_prior *prior, double least_variance,
                                    double confidence);

/* Rank sum test of Mann, Whitney and Wilcoxon: the two-sided p, exact for up to 20 values a side
 * without ties, else by the normal with corrections for ties and continuity. */
double rank_sum_p(const double *a, size_t a_count, const double *b, size_t b_count);

/* Which of `count` p values are differences, when the chance of one wrong among all may be
 * `alpha` (Holm), or the expected share of wrong ones among those found (Benjamini, Hochberg).
 * False: no memory. */
bool holm(const double *p, size_t count, double alpha, bool *is_found);
bool benjamini_hochberg(const double *p, size_t count, double alpha, bool *is_found);

#endif
