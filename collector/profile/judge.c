/* SPDX-License-Identifier: Apache-2.0 */
#include "collector/profile/judge.h"

#include "collector/profile/distribution.h"

#include <math.h>
#include <stdlib.h>

static double bytes_of_sampled(const struct measured *measured)
{
    return measured->sampled * measured->sampled_size;
}

struct interval measured_interval(const struct measured *measured, double confidence)
{
    if (measured->interval <= 1 || measured->all <= 0)
        return (struct interval){measured->value, measured->value};
    double all = measured->all / measured->interval;
    double marks = bytes_of_sampled(measured) / measured->interval;
    struct interval share = share_interval(fmin(marks, all), all, confidence);
    double scale = measured->all / (measured->sampled_size > 0 ? measured->sampled_size : 1);
    double exact = measured->value - measured->sampled;
    return (struct interval){exact + share.low * scale, exact + share.high * scale};
}

/* The variance of the estimate: T B (1 - B / S) bytes squared. */
static double sampling_variance(const struct measured *measured)
{
    if (measured->interval <= 1 || measured->all <= 0)
        return 0;
    double bytes = bytes_of_sampled(measured), size = measured->sampled_size;
    double rest = 1 - fmin(1, bytes / measured->all);
    /* Of all bytes of the run: off by at most an interval, whatever the share. */
    double variance = measured->interval * fmax(bytes * rest, measured->interval);
    return variance / (size > 0 ? size * size : 1);
}

/* Two estimates with their own intervals: those of the difference, by the method of variance
 * estimates recovery (Zou and Donner, Statistics in Medicine 27, 2008, 1693-1702), which takes
 * different sampling intervals and exact parts as they come. */
static struct judged judge_pair(const struct measured *a, const struct measured *b, double scale,
                                double confidence)
{
    struct interval x = measured_interval(a, confidence), y = measured_interval(b, confidence);
    struct judged judged = {JUDGED_ESTIMATED, a->value, b->value, {0, 0}, NAN, NAN, 1};
    double difference = b->value - scale * a->value;
    judged.interval.low = difference - hypot(b->value - y.low, scale * (x.high - a->value));
    judged.interval.high = difference + hypot(y.high - b->value, scale * (a->value - x.low));
    judged.error = sqrt(scale * scale * sampling_variance(a) + sampling_variance(b));
    double exact = fabs(scale * (a->value - a->sampled) - (b->value - b->sampled));
    double marks1 = a->interval > 1 ? bytes_of_sampled(a) / a->interval : 0;
    double marks2 = b->interval > 1 ? bytes_of_sampled(b) / b->interval : 0;
    if (a->interval > 1 && b->interval > 1 && exact == 0) {
        /* Given their sum, the marks of one side are binomial: mid-P, two-sided. */
        double all = marks1 + marks2, p = scale * a->interval / (scale * a->interval + b->interval);
        double at = binomial_pmf(marks2, all, p) / 2, below = binomial_cdf(marks2, all, p) - at;
        judged.p = all > 0 ? fmin(1, 2 * fmin(below, 1 - below)) : 1;
    } else if (judged.error > 0) {
        judged.p = 2 * normal_cdf(-fabs(difference) / judged.error);
    } else {
        judged.p = difference == 0 ? 1 : 0;
    }
    return judged;
}

static bool is_exact(const struct side *side)
{
    for (size_t i = 0; i < side->count; i++)
        if (side->runs[i].interval > 1)
            return false;
    return true;
}

static struct runs runs_of_side(const struct side *side, double scale, double *sampling)
{
    double *values = malloc((side->count + 1) * sizeof(*values));
    struct runs runs = {.variance = NAN};
    for (size_t i = 0; values && i < side->count; i++) {
        values[i] = scale * side->runs[i].value;
        *sampling = fmax(*sampling, scale * scale * sampling_variance(&side->runs[i]));
    }
    if (values)
        runs = runs_of(values, side->count);
    free(values);
    return runs;
}

struct judged judge(const struct side *base, const struct side *changed, double scale,
                    double confidence)
{
    double sampling = 0;
    struct runs a = runs_of_side(base, scale, &sampling), b = runs_of_side(changed, 1, &sampling);
    size_t least = a.count < b.count ? a.count : b.count;
    if (is_exact(base) && is_exact(changed) && a.is_constant && b.is_constant) {
        bool is_same = a.mean == b.mean;
        double difference = b.mean - a.mean;
        return (struct judged){is_same ? JUDGED_SAME : JUDGED_DIFFERENT,
                               a.mean / scale,
                               b.mean,
                               {difference, difference},
                               is_same ? 1 : 0,
                               0,
                               least};
    }
    if (a.count == 1 && b.count == 1)
        return judge_pair(base->runs, changed->runs, scale, confidence);
    struct mean_difference d = means_differ(&a, &b, sampling, confidence);
    return (struct judged){JUDGED_ESTIMATED, a.mean / scale, b.mean, d.interval, d.p,
                           d.error,          least};
}
