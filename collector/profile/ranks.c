/* SPDX-License-Identifier: Apache-2.0 */
#include "collector/profile/ranks.h"

#include "collector/profile/distribution.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

struct ranked {
    double value;
    size_t rank; /* twice the mean rank of those equal to it: a whole number */
    bool is_a;
};

static int by_value(const void *a, const void *b)
{
    double x = ((const struct ranked *)a)->value, y = ((const struct ranked *)b)->value;
    return x < y ? -1 : x > y;
}

/* Both sides in order, with their ranks; *ties is the sum of t^3 - t.  NULL: no memory.  The
 * caller frees them. */
static struct ranked *rank(const double *a, size_t a_count, const double *b, size_t b_count,
                           double *ties)
{
    size_t count = a_count + b_count;
    struct ranked *all = malloc((count + 1) * sizeof(*all));
    *ties = 0;
    if (!all)
        return NULL;
    for (size_t i = 0; i < count; i++)
        all[i] = i < a_count ? (struct ranked){a[i], 0, true}
                             : (struct ranked){b[i - a_count], 0, false};
    qsort(all, count, sizeof(*all), by_value);
    for (size_t i = 0, end; i < count; i = end) {
        for (end = i + 1; end < count && all[end].value == all[i].value; end++) {
        }
        double tied = (double)(end - i);
        *ties += tied * tied * tied - tied;
        for (size_t k = i; k < end; k++)
            all[k].rank = i + 1 + end;
    }
    return all;
}

/* Of all ways to choose `chosen` of the ranks, the shares whose sum is at most, and at least,
 * `sum`: ways[k * sums + s] counts those that choose k and sum up to s.  False: no memory. */
static bool count_choices(const struct ranked *all, size_t count, size_t chosen, size_t sum,
                          double *at_most, double *at_least)
{
    size_t sums = count * (count + 1) + 1; /* all ranks together, and 0 */
    double *ways = calloc((chosen + 1) * sums, sizeof(*ways)), whole = 0;
    if (!ways)
        return false;
    ways[0] = 1;
    for (size_t i = 0; i < count; i++)
        for (size_t k = i < chosen ? i + 1 : chosen; k > 0; k--)
            for (size_t s = all[i].rank; s < sums; s++)
                ways[k * sums + s] += ways[(k - 1) * sums + s - all[i].rank];
    *at_most = *at_least = 0;
    for (size_t s = 0; s < sums; s++) {
        double here = ways[chosen * sums + s];
        whole += here;
        *at_most += s <= sum ? here : 0;
        *at_least += s >= sum ? here : 0;
    }
    free(ways);
    *at_most /= whole;
    *at_least /= whole;
    return true;
}

/* By the normal: the rank sum's distance from its mean, half a rank less for continuity. */
static double normal_p(double rank_sum, double m, double n, double ties)
{
    double all = m + n, variance = m * n / 12 * (all + 1 - ties / (all * (all - 1)));
    double distance = fabs(rank_sum - m * (all + 1) / 2) - 0.5;
    return variance > 0 ? fmin(1, 2 * normal_cdf(-distance / sqrt(variance))) : 1;
}

double rank_sum_p(const double *a, size_t a_count, const double *b, size_t b_count)
{
    size_t count = a_count + b_count, sum = 0;
    double ties, at_most, at_least, p = NAN;
    struct ranked *all = rank(a, a_count, b, b_count, &ties);
    for (size_t i = 0; all && i < count; i++)
        sum += all[i].is_a ? all[i].rank : 0;
    if (!all || a_count == 0 || b_count == 0)
        p = NAN;
    else if (count > RANK_EXACT_MAX)
        p = normal_p((double)sum / 2, (double)a_count, (double)b_count, ties);
    else if (count_choices(all, count, a_count, sum, &at_most, &at_least))
        p = fmin(1, 2 * fmin(at_most, at_least));
    free(all);
    return p;
}

static int by_number(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return x < y ? -1 : x > y;
}

struct median median_of(const double *values, size_t count, double confidence)
{
    struct median median = {NAN, {-INFINITY, INFINITY}};
    double *sorted = malloc((count + 1) * sizeof(*sorted));
    if (!sorted || count == 0) {
        free(sorted);
        return (struct median){NAN, {NAN, NAN}};
    }
    memcpy(sorted, values, count * sizeof(*sorted));
    qsort(sorted, count, sizeof(*sorted), by_number);
    median.value = (sorted[(count - 1) / 2] + sorted[count / 2]) / 2;
    /* The k-th smallest is above the median when fewer than k values are below it. */
    for (size_t k = 1; k <= (count + 1) / 2; k++) {
        if (2 * binomial_cdf((double)k - 1, (double)count, 0.5) > 1 - confidence)
            break;
        median.interval = (struct interval){sorted[k - 1], sorted[count - k]};
    }
    free(sorted);
    return median;
}
