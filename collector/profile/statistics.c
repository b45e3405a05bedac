/* SPDX-License-Identifier: Apache-2.0 */
#include "collector/profile/statistics.h"
#include "collector/profile/distribution.h"

#include <math.h>
#include <stdlib.h>

#define STEPS         200 /* of a bisection: more than a double has bits */
#define CONSTANT_RUNS 5   /* of fewer, too few would be left */

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
    for (int i = 0; i < STEPS && high - low > 1e-12 * high; i++) {
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

struct between runs_between(const struct runs *a, const struct runs *b)
{
    const struct runs *sides[] = {a, b};
    bool are_many = a->count >= CONSTANT_RUNS && b->count >= CONSTANT_RUNS;
    bool skips_constant = are_many && a->is_constant != b->is_constant;
    struct between between = {0, 0};
    for (int i = 0; i < 2; i++) {
        if (sides[i]->count < 2 || (skips_constant && sides[i]->is_constant))
            continue;
        double df = (double)(sides[i]->count - 1);
        between.variance += sides[i]->variance * df;
        between.df += df;
    }
    if (between.df > 0)
        between.variance /= between.df;
    return between;
}

struct mean_variance mean_variance(size_t runs, const struct between *between,
                                   const struct sampling *sampling)
{
    double n = (double)runs, own = between->df > 0 ? between->variance / n : 0;
    bool has_shared = sampling->variance > 0 && sampling->seeds < runs;
    double sampled = sampling->variance / (has_shared ? (double)sampling->seeds : n);
    return (struct mean_variance){
        .all = has_shared ? own + sampled : fmax(own, sampled),
        .estimated = !has_shared && sampled > own ? 0 : own,
    };
}

double mean_variance_df(const struct mean_variance *variance, const struct between *between)
{
    double share = variance->estimated / variance->all;
    return variance->estimated > 0 ? between->df / (share * share) : INFINITY;
}

struct mean_difference means_differ(const struct runs *a, const struct runs *b,
                                    const struct between *between, const struct sampling *of_a,
                                    const struct sampling *of_b)
{
    struct mean_difference result = {b->mean - a->mean, NAN, NAN, NAN};
    bool is_sampled = of_a->variance > 0 && of_b->variance > 0;
    if (a->count == 0 || b->count == 0 || !(between->df > 0 || is_sampled))
        return result;
    struct mean_variance x = mean_variance(a->count, between, of_a);
    struct mean_variance y = mean_variance(b->count, between, of_b);
    struct mean_variance sum = {x.all + y.all, x.estimated + y.estimated};
    result.df = mean_variance_df(&sum, between);
    result.error = sqrt(sum.all);
    if (result.error == 0)
        result.p = result.difference == 0 ? 1 : 0;
    else
        result.p = 2 * t_cdf(-fabs(result.difference) / result.error, result.df);
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
