/* SPDX-License-Identifier: Apache-2.0 */
#include "collector/profile/statistics.h"
#include "collector/profile/distribution.h"

#include <math.h>
#include <stdlib.h>

#define STEPS 200 /* of a bisection: more than a double has bits */

/* --- sampled profiles --- */

/* P(X < m) + P(X = m) / 2: decreases with p. */
static double mid_p(double m, double n, double p)
{
    return binomial_cdf(m, n, p) - binomial_pmf(m, n, p) / 2;
}

/* The p for which mid_p is `wanted`. */
static double mid_p_inverse(double m, double n, double wanted)
{
    double low = 0, high = 1;
    for (int i = 0; i < STEPS; i++) {
        double middle = low + (high - low) / 2;
        if (mid_p(m, n, middle) > wanted)
            low = middle;
        else
            high = middle;
    }
    return low + (high - low) / 2;
}

struct interval share_interval(double marks, double all, double confidence)
{
    double tail = (1 - confidence) / 2;
    if (!(marks >= 0 && marks <= all && confidence > 0 && confidence < 1))
        return (struct interval){NAN, NAN};
    if (all == 0)
        return (struct interval){0, 1};
    /* At an end the other side has the whole error, and no half is taken off: at most 3 of n
     * marks at 95 % when none was seen. */
    if (marks == 0)
        return (struct interval){0, -expm1(log(1 - confidence) / all)};
    if (marks == all)
        return (struct interval){exp(log(1 - confidence) / all), 1};
    return (struct interval){mid_p_inverse(marks, all, 1 - tail), mid_p_inverse(marks, all, tail)};
}

/* --- repeated runs --- */

struct runs runs_of(const double *values, size_t count)
{
    struct runs runs = {.count = count, .variance = NAN, .is_constant = count > 0};
    double squares = 0;
    for (size_t i = 0; i < count; i++) {
        /* Welford's sums: the mean of large equal numbers is that number. */
        double distance = values[i] - runs.mean;
        runs.mean += distance / (double)(i + 1);
        squares += distance * (values[i] - runs.mean);
        runs.least = i == 0 || values[i] < runs.least ? values[i] : runs.least;
        runs.most = i == 0 || values[i] > runs.most ? values[i] : runs.most;
        runs.is_constant &= values[i] == values[0];
    }
    if (runs.is_constant)
        runs.mean = values[0];
    if (count > 1)
        runs.variance = runs.is_constant ? 0 : squares / (double)(count - 1);
    return runs;
}

struct mean_difference means_differ(const struct runs *a, const struct runs *b,
                                    double least_variance, double confidence)
{
    struct mean_difference result = {.difference = b->mean - a->mean, .error = NAN, .p = NAN};
    double df = (double)a->count + (double)b->count - 2, variance = 0;
    result.interval = (struct interval){-INFINITY, INFINITY};
    if (a->count > 1)
        variance += a->variance * (double)(a->count - 1);
    if (b->count > 1)
        variance += b->variance * (double)(b->count - 1);
    variance = df > 0 ? variance / df : 0;
    if (least_variance > variance) {
        variance = least_variance;
        df = INFINITY; /* it is known, not estimated */
    }
    if (!(df > 0) || a->count == 0 || b->count == 0)
        return result;
    result.df = df;
    result.error = sqrt(variance * (1 / (double)a->count + 1 / (double)b->count));
    if (result.error == 0)
        result.p = result.difference == 0 ? 1 : 0;
    else
        result.p = 2 * t_cdf(-fabs(result.difference) / result.error, df);
    double reach = result.error * t_quantile((1 + confidence) / 2, df);
    result.interval = (struct interval){result.difference - reach, result.difference + reach};
    return result;
}

/* --- many comparisons --- */

struct ordered {
    double p;
    size_t index;
};

static int by_p(const void *a, const void *b)
{
    double x = ((const struct ordered *)a)->p, y = ((const struct ordered *)b)->p;
    return x < y ? -1 : x > y;
}

/* Those that are numbers, smallest first; NULL: no memory.  The caller frees them. */
static struct ordered *order(const double *p, size_t count, size_t *ordered, bool *is_found)
{
    struct ordered *items = malloc((count + 1) * sizeof(*items));
    *ordered = 0;
    for (size_t i = 0; i < count; i++) {
        is_found[i] = false;
        if (items && !isnan(p[i]))
            items[(*ordered)++] = (struct ordered){p[i], i};
    }
    if (items)
        qsort(items, *ordered, sizeof(*items), by_p);
    return items;
}

bool benjamini_hochberg(const double *p, size_t count, double alpha, bool *is_found)
{
    size_t n, found = 0;
    struct ordered *items = order(p, count, &n, is_found);
    for (size_t i = 0; items && i < n; i++)
        if (items[i].p <= alpha * (double)(i + 1) / (double)n)
            found = i + 1;
    for (size_t i = 0; i < found; i++)
        is_found[items[i].index] = true;
    free(items);
    return items != NULL;
}
