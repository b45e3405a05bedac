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

static double odds(double p)
{
    return p >= 1 ? INFINITY : p / (1 - p);
}

struct interval ratio_interval(double marks1, double marks2, double scale, double confidence)
{
    struct interval share = share_interval(marks2, marks1 + marks2, confidence);
    if (!(scale > 0) || isnan(share.low) || marks1 + marks2 == 0)
        return (struct interval){isnan(share.low) ? NAN : 0, isnan(share.low) ? NAN : INFINITY};
    return (struct interval){odds(share.low) * scale, odds(share.high) * scale};
}

/* The most likely p1 when p2 - p1 is `d`: a root of the cubic of Miettinen and Nurminen. */
static double restricted_p1(double m1, double n1, double m2, double n2, double d)
{
    double n = n1 + n2;
    double l2 = (n2 + 2 * n1) * d - n - (m1 + m2);
    double l1 = (n1 * d - n - 2 * m1) * d + (m1 + m2);
    double l0 = m1 * d * (1 - d);
    double q = pow(l2 / (3 * n), 3) - l1 * l2 / (6 * n * n) + l0 / (2 * n);
    double p2 = l2 * l2 / (9 * n * n) - l1 / (3 * n);
    double p = (q >= 0 ? 1 : -1) * sqrt(p2 > 0 ? p2 : 0);
    if (p == 0)
        return -l2 / (3 * n);
    double cosine = q / (p * p * p);
    cosine = cosine > 1 ? 1 : cosine < -1 ? -1 : cosine;
    return 2 * p * cos((M_PI + acos(cosine)) / 3) - l2 / (3 * n);
}

/* The score of the hypothesis that p2 - p1 is `d`: decreases with it. */
static double score(double m1, double n1, double m2, double n2, double d)
{
    double q1 = restricted_p1(m1, n1, m2, n2, d), q2;
    q1 = fmin(fmax(q1, fmax(0, -d)), fmin(1, 1 - d));
    q2 = fmin(fmax(q1 + d, 0), 1);
    double variance = (q1 * (1 - q1) / n1 + q2 * (1 - q2) / n2) * (n1 + n2) / (n1 + n2 - 1);
    double distance = m2 / n2 - m1 / n1 - d;
    if (variance <= 0)
        return distance > 0 ? INFINITY : distance < 0 ? -INFINITY : 0;
    return distance / sqrt(variance);
}

struct interval difference_interval(double marks1, double all1, double marks2, double all2,
                                    double confidence)
{
    if (!(marks1 >= 0 && marks1 <= all1 && marks2 >= 0 && marks2 <= all2 && all1 > 0 && all2 > 0 &&
          confidence > 0 && confidence < 1))
        return (struct interval){NAN, NAN};
    double z = normal_quantile((1 + confidence) / 2), ends[2];
    double seen = marks2 / all2 - marks1 / all1;
    for (int end = 0; end < 2; end++) {
        double low = end ? seen : -1, high = end ? 1 : seen;
        for (int i = 0; i < STEPS; i++) {
            double middle = low + (high - low) / 2;
            if (score(marks1, all1, marks2, all2, middle) > (end ? -z : z))
                low = middle;
            else
                high = middle;
        }
        ends[end] = low + (high - low) / 2;
    }
    return (struct interval){ends[0], ends[1]};
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

struct variance_prior variance_prior_fit(const double *variances, size_t count, double df)
{
    double sum = 0, squares = 0;
    size_t used = 0;
    for (size_t i = 0; i < count; i++) {
        if (!(variances[i] > 0))
            continue;
        double e = log(variances[i]) - digamma(df / 2) + log(df / 2), distance = e - sum;
        used++;
        sum += distance / (double)used;
        squares += distance * (e - sum);
    }
    if (used < 3 || !(df > 0))
        return (struct variance_prior){0, 0};
    double excess = squares / (double)(used - 1) - trigamma(df / 2);
    if (excess <= 0) /* no more spread than chance gives: one variance for all */
        return (struct variance_prior){exp(sum), INFINITY};
    double df_prior = 2 * trigamma_inverse(excess);
    return (struct variance_prior){exp(sum + digamma(df_prior / 2) - log(df_prior / 2)), df_prior};
}

struct mean_difference means_differ(const struct runs *a, const struct runs *b,
                                    const struct variance_prior *prior, double least_variance,
                                    double confidence)
{
    struct mean_difference result = {.difference = b->mean - a->mean, .error = NAN, .p = NAN};
    double df = (double)a->count + (double)b->count - 2, variance = 0;
    result.interval = (struct interval){-INFINITY, INFINITY};
    if (a->count > 1)
        variance += a->variance * (double)(a->count - 1);
    if (b->count > 1)
        variance += b->variance * (double)(b->count - 1);
    variance = df > 0 ? variance / df : 0;
    if (prior && isinf(prior->df)) {
        variance = prior->variance;
        df = INFINITY;
    } else if (prior && prior->df > 0) {
        variance = (prior->df * prior->variance + df * variance) / (prior->df + df);
        df += prior->df;
    }
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

/* --- ranks --- */

struct ranked {
    double value;
    bool is_a;
};

static int by_value(const void *a, const void *b)
{
    double x = ((const struct ranked *)a)->value, y = ((const struct ranked *)b)->value;
    return x < y ? -1 : x > y;
}

/* P(U <= u) for samples of m and n, by the number of ways to get each sum (at most 20 each:
 * 400 sums, counts below 2^38).  False: no memory. */
static bool exact_tail(size_t m, size_t n, double u, double *tail)
{
    size_t sums = m * n + 1;
    double *ways = calloc((m + 1) * sums, sizeof(*ways)); /* ways[k][s]: k values, sum s */
    double all = 0, below = 0;
    if (!ways)
        return false;
    ways[0] = 1;
    for (size_t j = 1; j <= m + n; j++) /* rank j belongs to a, as its k-th: j - k of b below */
        for (size_t k = j < m ? j : m; k > 0; k--)
            for (size_t s = j - k <= n ? sums : 0; s-- > j - k;)
                ways[k * sums + s] += ways[(k - 1) * sums + s - (j - k)];
    for (size_t s = 0; s < sums; s++) {
        all += ways[m * sums + s];
        below += (double)s <= u ? ways[m * sums + s] : 0;
    }
    free(ways);
    *tail = below / all;
    return true;
}

double rank_sum_p(const double *a, size_t a_count, const double *b, size_t b_count)
{
    size_t count = a_count + b_count;
    struct ranked *all = malloc((count + 1) * sizeof(*all));
    double rank_sum = 0, ties = 0, tail;
    if (!all || a_count == 0 || b_count == 0) {
        free(all);
        return NAN;
    }
    for (size_t i = 0; i < count; i++)
        all[i] = i < a_count ? (struct ranked){a[i], true} : (struct ranked){b[i - a_count], false};
    qsort(all, count, sizeof(*all), by_value);
    for (size_t i = 0, end; i < count; i = end) {
        for (end = i + 1; end < count && all[end].value == all[i].value; end++) {
        }
        double tied = (double)(end - i);
        ties += tied * tied * tied - tied;
        for (size_t k = i; k < end; k++)
            rank_sum += all[k].is_a ? (double)(i + end + 1) / 2 : 0;
    }
    free(all);
    double m = (double)a_count, n = (double)b_count, N = m + n;
    double u = rank_sum - m * (m + 1) / 2;
    double smaller = fmin(u, m * n - u);
    if (ties == 0 && a_count <= 20 && b_count <= 20)
        return exact_tail(a_count, b_count, smaller, &tail) ? fmin(1, 2 * tail) : NAN;
    double variance = m * n / 12 * (N + 1 - ties / (N * (N - 1)));
    if (variance <= 0)
        return 1;
    return fmin(1, 2 * normal_cdf((smaller + 0.5 - m * n / 2) / sqrt(variance)));
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

bool holm(const double *p, size_t count, double alpha, bool *is_found)
{
    size_t n;
    struct ordered *items = order(p, count, &n, is_found);
    for (size_t i = 0; items && i < n && items[i].p <= alpha / (double)(n - i); i++)
        is_found[items[i].index] = true;
    free(items);
    return items != NULL;
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
