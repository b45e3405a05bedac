/* SPDX-License-Identifier: Apache-2.0 */
#include "collector/profile/shrinkage.h"

#include "collector/profile/distribution.h"

#include <math.h>
#include <stdbool.h>

#define OUTLIER 0.01 /* chance to be one for a row that is like the others */
#define MANY_DF 1e6  /* as good as infinitely many */

static bool varies(const struct variance_row *row)
{
    return row->size > 0 && row->between.variance > 0 && row->between.df > 0;
}

/* log s^2 without what sampling s^2 adds to its mean. */
static double log_variance(const struct variance_row *row)
{
    double half = row->between.df / 2;
    return log(row->between.variance) - digamma(half) + log(half);
}

/* The line through log variances over log sizes, by least squares. */
static size_t fit_line(const struct variance_row *rows, size_t count, struct variance_prior *prior)
{
    double x_mean = 0, y_mean = 0, xx = 0, xy = 0;
    size_t used = 0;
    for (size_t i = 0; i < count; i++) {
        if (!varies(&rows[i]))
            continue;
        double x = log(rows[i].size), y = log_variance(&rows[i]), dx = x - x_mean;
        used++;
        x_mean += dx / (double)used;
        y_mean += (y - y_mean) / (double)used;
        xx += dx * (x - x_mean);
        xy += dx * (y - y_mean);
    }
    prior->slope = xx > 1e-9 * (double)used ? xy / xx : 0;
    prior->intercept = y_mean - prior->slope * x_mean;
    return used;
}

struct variance_prior variance_prior_fit(const struct variance_row *rows, size_t count)
{
    struct variance_prior prior = {0, 0, 0};
    size_t used = fit_line(rows, count, &prior);
    if (used < SHRINKAGE_ROWS_MIN)
        return (struct variance_prior){0, 0, 0};
    double squares = 0, chance = 0;
    for (size_t i = 0; i < count; i++) {
        if (!varies(&rows[i]))
            continue;
        double rest = log_variance(&rows[i]) - prior.intercept - prior.slope * log(rows[i].size);
        squares += rest * rest;
        chance += trigamma(rows[i].between.df / 2);
    }
    double excess = squares / (double)(used - 2) - chance / (double)used;
    prior.df = excess > 0 ? 2 * trigamma_inverse(excess) : INFINITY;
    if (prior.df > MANY_DF)
        prior.df = INFINITY;
    else
        prior.intercept += digamma(prior.df / 2) - log(prior.df / 2);
    return prior;
}

/* P(F > f) for the ratio of two variances. */
static double f_tail(double f, double df1, double df2)
{
    df2 = fmin(df2, MANY_DF);
    return beta_cdf(df2 / (df2 + df1 * f), df2 / 2, df1 / 2);
}

struct between variance_shrink(const struct variance_prior *prior, const struct variance_row *row)
{
    if (!(prior->df > 0) || !varies(row))
        return row->between;
    double expected = exp(prior->intercept + prior->slope * log(row->size));
    double own = row->between.variance, df = row->between.df;
    if (own > expected && f_tail(own / expected, df, prior->df) < OUTLIER)
        return row->between;
    if (isinf(prior->df))
        return (struct between){expected, INFINITY};
    return (struct between){(prior->df * expected + df * own) / (prior->df + df), prior->df + df};
}
