/* SPDX-License-Identifier: Apache-2.0 */
#include "collector/profile/judge.h"

#include "collector/profile/distribution.h"
#include "collector/profile/ratio.h"

#include <math.h>
#include <stdlib.h>

#define POISSON_TRIALS 1e6 /* for each mark: a binomial of so many is a Poisson distribution */
#define SHORT          4   /* marks of a thread, of which fewer are few */

/* --- one run --- */

static bool is_sampled(const struct measured *measured)
{
    return measured->interval > 1 && measured->per_mark > 0;
}

static double marks_of(const struct measured *measured)
{
    return is_sampled(measured) ? fmax(0, measured->sampled) / measured->per_mark : 0;
}

/* The share of all marks that fell on it. */
static double share_of(const struct measured *measured)
{
    return isinf(measured->all) ? 0 : fmin(1, marks_of(measured) / fmax(1, measured->all));
}

/* The variance of the last, unfinished stretch of each thread's stream, as far as it is this
 * number's.  Threads that have few marks may stand for others that have none: all of their
 * stretches are such ends, and their marks as good as independent. */
static double variance_of_ends(const struct measured *measured)
{
    if (isinf(measured->all))
        return 0;
    bool are_short = measured->threads > 1 && measured->all < SHORT * measured->threads;
    double ends = are_short ? measured->all : measured->threads / 6;
    double marks = share_of(measured) * measured->per_mark;
    return ends * marks * marks;
}

/* The variance of the estimate: T B (1 - B / S) bytes squared, and the ends. */
static double variance_of_marks(const struct measured *measured)
{
    if (!is_sampled(measured))
        return 0;
    double mark = measured->per_mark;
    double rest = isinf(measured->all) ? 1 : 1 - share_of(measured);
    return mark * mark * marks_of(measured) * rest + variance_of_ends(measured);
}

/* Where no mark fell, that of one: it is not known to be none. */
static double least_variance(const struct measured *measured)
{
    return is_sampled(measured) && !measured->is_whole ? measured->per_mark * measured->per_mark
                                                       : 0;
}

double measured_variance(const struct measured *measured)
{
    return fmax(variance_of_marks(measured), least_variance(measured));
}

struct interval measured_interval(const struct measured *measured, double confidence)
{
    double value = measured->value, mark = measured->per_mark, marks = marks_of(measured);
    if (!is_sampled(measured))
        return (struct interval){value, value};
    double z = normal_quantile((1 + confidence) / 2);
    double ends = z * sqrt(variance_of_ends(measured));
    if (measured->is_whole && !isinf(measured->all)) {
        double reach = z * sqrt(measured_variance(measured));
        return (struct interval){value - reach, value + reach};
    }
    double all = isinf(measured->all) ? POISSON_TRIALS * fmax(1, marks) : fmax(1, measured->all);
    marks = fmin(marks, all);
    struct interval share = share_interval(marks, all, confidence);
    double low = mark * (marks - share.low * all), high = mark * (share.high * all - marks);
    return (struct interval){value - hypot(low, ends), value + hypot(high, ends)};
}

/* --- one run a side --- */

/* Given their sum, the marks of one side are binomial if what they stand for is equal: mid-P,
 * two-sided. */
static double p_of_marks(const struct measured *a, const struct measured *b, double scale)
{
    double marks = marks_of(b), all = marks_of(a) + marks;
    double mark = scale * a->per_mark, p = mark / (mark + b->per_mark);
    double at = binomial_pmf(marks, all, p) / 2, below = binomial_cdf(marks, all, p) - at;
    return all > 0 ? fmin(1, 2 * fmin(below, 1 - below)) : 1;
}

static bool is_only_sampled(const struct measured *measured)
{
    return is_sampled(measured) && !measured->is_whole &&
           fabs(measured->value - measured->sampled) <= 1e-6 * fabs(measured->value);
}

/* Two estimates with their own intervals: those of the difference, by the method of variance
 * estimates recovery (Zou and Donner, Statistics in Medicine 27, 2008, 1693-1702), which takes
 * different sampling intervals and exact parts as they come. */
static void judge_pair(const struct measured *a, const struct measured *b, double scale,
                       double confidence, struct judged *judged)
{
    double difference = b->value - scale * a->value;
    judged->error = sqrt(judged->sampling);
    judged->df = INFINITY;
    if (is_only_sampled(a) && is_only_sampled(b))
        judged->p = p_of_marks(a, b, scale);
    else if (judged->error > 0)
        judged->p = 2 * normal_cdf(-fabs(difference) / judged->error);
    else
        judged->p = difference == 0 ? 1 : 0;
    if (confidence == JUDGE_NO_INTERVAL)
        return;
    struct interval x = measured_interval(a, confidence), y = measured_interval(b, confidence);
    judged->interval = (struct interval){
        difference - hypot(b->value - y.low, scale * (x.high - a->value)),
        difference + hypot(y.high - b->value, scale * (a->value - x.low)),
    };
    if (!is_only_sampled(a) || !is_only_sampled(b)) {
        judged->ratio = ratio_of_values(a->value, x, b->value, y);
        return;
    }
    double mark = b->per_mark / a->per_mark;
    struct interval marks = ratio_of_marks(marks_of(a), marks_of(b), confidence);
    judged->ratio = (struct interval){mark * marks.low, mark * marks.high};
}

/* --- runs --- */

static bool is_exact(const struct side *side)
{
    for (size_t i = 0; i < side->count; i++)
        if (is_sampled(&side->runs[i]))
            return false;
    return true;
}

/* In all of its runs together, those that share a seed being one. */
static double least_of_side(const struct side *side, double scale)
{
    double sum = 0;
    for (size_t i = 0; i < side->count; i++)
        sum += scale * scale * least_variance(&side->runs[i]) / (double)side->count;
    return sum / fmax(1, (double)(side->seeds ? side->seeds : side->count));
}

struct sampling side_sampling(const struct side *side, double scale)
{
    struct sampling sampling = {0, side->seeds ? side->seeds : side->count};
    for (size_t i = 0; i < side->count; i++)
        sampling.variance +=
            scale * scale * variance_of_marks(&side->runs[i]) / (double)side->count;
    sampling.variance = fmax(sampling.variance, least_of_side(side, scale));
    return sampling;
}

/* Estimates that are equal are so by chance, as none is where few marks fall. */
static bool is_chance(const struct measured *measured)
{
    return is_sampled(measured) && (measured->sampled > 0 || measured->value == 0);
}

static struct runs runs_of_side(const struct side *side, double scale)
{
    double *values = malloc((side->count + 1) * sizeof(*values));
    struct runs runs = {.variance = NAN};
    for (size_t i = 0; values && i < side->count; i++)
        values[i] = scale * side->runs[i].value;
    if (values)
        runs = runs_of(values, side->count);
    for (size_t i = 0; i < side->count; i++)
        runs.is_constant &= !is_chance(&side->runs[i]);
    free(values);
    return runs;
}

struct variance_row judge_variance(const struct side *base, const struct side *changed)
{
    struct runs a = runs_of_side(base, 1), b = runs_of_side(changed, 1);
    double count = (double)(a.count + b.count);
    double mean = (a.mean * (double)a.count + b.mean * (double)b.count) / fmax(1, count);
    return (struct variance_row){fabs(mean), runs_between(&a, &b)};
}

static double largest_interval(const struct side *side, double interval)
{
    for (size_t i = 0; i < side->count; i++)
        interval = fmax(interval, side->runs[i].interval);
    return interval;
}

/* What the variance of one run grows by with each unit of the value, which has its share of all
 * that grows as well. */
static double growth_of(const struct side *side)
{
    double sum = 0;
    for (size_t i = 0; i < side->count; i++) {
        double rest = 1 - share_of(&side->runs[i]);
        sum += is_sampled(&side->runs[i]) ? side->runs[i].per_mark * rest * rest : 0;
    }
    return sum / (double)side->count;
}

void side_spread(const struct side *side, struct spread *spread)
{
    spread->sides[1] = (struct spread_side){side->count, side_sampling(side, 1)};
    spread->growth = growth_of(side);
    spread->least = least_of_side(side, 1);
}

/* The base is taken `scale` times. */
static void judge_runs(const struct runs *a, const struct runs *b, double scale, double confidence,
                       struct judged *judged)
{
    const struct spread *spread = &judged->spread;
    struct mean_difference d = means_differ(a, b, &spread->between, &spread->sides[0].sampling,
                                            &spread->sides[1].sampling);
    judged->p = d.p;
    judged->error = d.error;
    judged->df = d.df;
    if (confidence == JUDGE_NO_INTERVAL)
        return;
    double t = isnan(d.error) ? INFINITY : t_quantile((1 + confidence) / 2, d.df);
    double reach = isnan(d.error) ? INFINITY : d.error * t;
    judged->interval = (struct interval){d.difference - reach, d.difference + reach};
    const struct runs *sides[] = {a, b};
    struct interval of[2];
    for (int i = 0; i < 2; i++) {
        double error =
            sqrt(mean_variance(sides[i]->count, &spread->between, &spread->sides[i].sampling).all);
        double away = error > 0 ? t * error : 0;
        of[i] = (struct interval){sides[i]->mean - away, sides[i]->mean + away};
    }
    struct interval ratio = ratio_of_values(a->mean, of[0], b->mean, of[1]);
    judged->ratio = (struct interval){scale * ratio.low, scale * ratio.high};
}

struct judged judge(const struct side *base, const struct side *changed, double scale,
                    const struct variance_prior *prior, double confidence)
{
    struct runs a = runs_of_side(base, scale), b = runs_of_side(changed, 1);
    double difference = b.mean - a.mean;
    struct judged judged = {
        .judgement = JUDGED_ESTIMATED,
        .base = scale > 0 ? a.mean / scale : 0,
        .changed = b.mean,
        .interval = {difference, difference},
        .ratio = {NAN, NAN},
        .p = 1,
        .least_runs = a.count < b.count ? a.count : b.count,
        .most_runs = a.count > b.count ? a.count : b.count,
        .interval_bytes = largest_interval(changed, largest_interval(base, 1)),
        .spread = {.sides[0] = {base->count, side_sampling(base, scale)}, .difference = difference},
    };
    if (is_exact(base) && is_exact(changed) && a.is_constant && b.is_constant) {
        judged.judgement = difference == 0 ? JUDGED_SAME : JUDGED_DIFFERENT;
        judged.p = difference == 0 ? 1 : 0;
        if (judged.base > 0)
            judged.ratio.low = judged.ratio.high = judged.changed / judged.base;
        return judged;
    }
    side_spread(changed, &judged.spread);
    for (int i = 0; i < 2; i++) {
        const struct sampling *of = &judged.spread.sides[i].sampling;
        judged.sampling += of->variance / (double)of->seeds;
    }
    if (a.count == 1 && b.count == 1) {
        judge_pair(base->runs, changed->runs, scale, confidence, &judged);
        return judged;
    }
    struct variance_row row = judge_variance(base, changed);
    judged.spread.between = prior ? variance_shrink(prior, &row) : runs_between(&a, &b);
    judge_runs(&a, &b, scale, confidence, &judged);
    return judged;
}

/* --- what it can tell --- */

double judged_sees(const struct judged *judged, double limit, double confidence, double power)
{
    if (judged->error == 0)
        return 0;
    if (isnan(judged->error) || !(judged->df > 0))
        return INFINITY;
    return spread_sees(&judged->spread, limit, confidence, power);
}

/* How far the interval would reach with so many runs a side. */
static double reach_with(const struct judged *judged, double confidence, uint64_t runs)
{
    double ratio = (double)judged->least_runs / (double)runs;
    double df = isinf(judged->df) ? INFINITY : 2 * (double)runs - 2;
    return judged->error * sqrt(ratio) * t_quantile((1 + confidence) / 2, df);
}

struct needs judged_needs(const struct judged *judged, double confidence, double reach)
{
    struct needs needs = {0, 0};
    if (judged->judgement != JUDGED_ESTIMATED || !(judged->error > 0) || !(reach > 0))
        return needs;
    uint64_t low = judged->least_runs, high = NEEDS_RUNS_MAX;
    while (low + 1 < high) {
        uint64_t middle = low + (high - low) / 2;
        if (reach_with(judged, confidence, middle) > reach)
            low = middle;
        else
            high = middle;
    }
    if (reach_with(judged, confidence, high) <= reach)
        needs.runs = high;
    double allowed = reach / t_quantile((1 + confidence) / 2, judged->df), all = judged->error;
    double rest = fmax(0, all * all - judged->sampling); /* does not come of sampling */
    double left = allowed * allowed - rest;
    if (judged->sampling > 0 && left > 0)
        needs.interval_bytes =
            (uint64_t)fmax(1, floor(judged->interval_bytes * fmin(1, left / judged->sampling)));
    return needs;
}
