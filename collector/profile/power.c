/* SPDX-License-Identifier: Apache-2.0
 *
 * What the next comparison will take for its error is not what this one did.  Two things are not
 * known: what a run really varies by, of which the variance between runs is an estimate, and what
 * the next runs' estimate of it will be.  The power is the mean over both.
 */
#include "collector/profile/power.h"

#include <math.h>

#include "collector/profile/distribution.h"

#define ESTIMATES   17  /* of the next runs: standard normal, from -4 on ... */
#define ESTIMATE    0.5 /* ... each so far from the last one */
#define VARIANCES   24  /* that a run may really have */
#define ATOM        16. /* over df: so many factors of e weigh as much as "nothing but sampling" */
#define QUANTILES   32
#define REPETITIONS 40

struct power {
    const struct spread *spread;
    double limit;
    double quantile[QUANTILES + 1]; /* of t; the i-th for df * QUANTILES / i */
    double estimate[ESTIMATES];     /* of a variance, as a share of the real one ... */
    double weight[ESTIMATES];       /* ... and how likely it is */
};

/* The sampling variance of one run of a side when the difference is `over` more than the limit. */
static struct sampling sampling_at(const struct power *at, int side, double over)
{
    const struct spread *spread = at->spread;
    struct sampling sampling = spread->sides[side].sampling;
    if (side == 1 && sampling.variance > 0) {
        double more = over + at->limit - spread->difference;
        sampling.variance = fmax(spread->least, sampling.variance + spread->growth * more);
    }
    return sampling;
}

/* Wilson and Hilferty's approximation of chi^2 / df at a point of the standard normal. */
static double estimate_at(double z, double df)
{
    double k = 2 / (9 * df), root = 1 - k + z * sqrt(k);
    return isinf(df) ? 1 : fmax(1e-6, root * root * root);
}

/* For the degrees of freedom of a sum of which this share is estimated. */
static double quantile_of(const struct power *at, double share)
{
    double place = fmin(1, share * share) * QUANTILES;
    int index = (int)fmin(place, QUANTILES - 1);
    return at->quantile[index] + (place - index) * (at->quantile[index + 1] - at->quantile[index]);
}

static struct mean_variance variance_taken(const struct power *at, double between, double over)
{
    struct between next = {between, at->spread->between.df};
    struct mean_variance sum = {0, 0};
    for (int side = 0; side < 2; side++) {
        struct sampling sampling = sampling_at(at, side, over);
        if (at->spread->sides[side].runs == 0)
            continue;
        struct mean_variance one = mean_variance(at->spread->sides[side].runs, &next, &sampling);
        sum.all += one.all;
        sum.estimated += one.estimated;
    }
    return sum;
}

/* The estimate from which on the interval lies above the limit, when the runs vary by that.  What
 * is taken for the error grows with the estimate itself; each step halves what is missing. */
static double threshold(const struct power *at, double between, double guess)
{
    for (int i = 0; i < REPETITIONS; i++) {
        struct mean_variance taken = variance_taken(at, between, guess);
        double share = taken.all > 0 ? taken.estimated / taken.all : 0, last = guess;
        guess = quantile_of(at, share) * sqrt(taken.all);
        if (fabs(guess - last) <= 1e-4 * guess)
            break;
    }
    return guess;
}

/* Whether the variance between runs has that of sampling in it. */
static bool has_sampling(const struct spread_side *side)
{
    return side->sampling.seeds >= side->runs;
}

/* What sampling makes of the variance between runs, in the mean over both sides. */
static double sampled_between(const struct power *at, double over)
{
    double sum = 0, df = 0;
    for (int i = 0; i < 2; i++) {
        const struct spread_side *side = &at->spread->sides[i];
        if (side->runs < 2)
            continue;
        double own = (double)side->runs - 1;
        sum += has_sampling(side) ? own * sampling_at(at, i, over).variance : 0;
        df += own;
    }
    return df > 0 ? sum / df : 0;
}

/* The probability that it is seen if runs really vary by `extra` more than sampling makes them. */
static double power_given(const struct power *at, double extra, double over)
{
    const struct spread *spread = at->spread;
    double variance = 0, between = extra + sampled_between(at, over), sum = 0, weights = 0;
    for (int i = 0; i < 2; i++) {
        const struct spread_side *side = &spread->sides[i];
        struct sampling sampling = sampling_at(at, i, over);
        double independent = fmin((double)sampling.seeds, (double)side->runs);
        if (side->runs > 0)
            variance += extra / (double)side->runs + sampling.variance / independent;
    }
    double df = spread->between.df, place = over;
    for (int i = 0; i < ESTIMATES; i++) {
        place = threshold(at, df > 0 ? between * at->estimate[i] : 0, place);
        double seen = variance > 0 ? normal_cdf((over - place) / sqrt(variance)) : over > place;
        sum += at->weight[i] * seen;
        weights += at->weight[i];
    }
    return sum / weights;
}

/* The mean over what a run may really vary by: its logarithm is as likely anywhere from that of
 * sampling on, and at that it has an atom. */
static double power_of(const struct power *at, double over)
{
    double df = at->spread->between.df, seen = at->spread->between.variance;
    double sampled = sampled_between(at, at->spread->difference - at->limit);
    double most = fmax(seen, sampled), half = df / 2;
    if (!(df > 0) || isinf(df) || !(most > 0))
        return power_given(at, df > 0 ? most - sampled : 0, over);
    double reach = 4 * sqrt(2 / df); /* beyond that hardly anything is left */
    double low = fmax(log(sampled), log(seen) - fmin(reach, log1p(30 / df) + reach / 4));
    double high = log(most) + fmax(14 / df, reach);
    double step = (high - low) / VARIANCES, sum = 0, weights = 0;
    if (sampled > 0) {
        weights = ATOM / df * exp(-half * (log(sampled / most) + seen / sampled - seen / most));
        sum = weights > 0 ? weights * power_given(at, 0, over) : 0;
    }
    for (int i = 0; i < VARIANCES; i++) {
        double real = exp(low + (i + 0.5) * step);
        double weight = step * exp(-half * (log(real / most) + seen / real - seen / most));
        sum += weight * power_given(at, real - sampled, over);
        weights += weight;
    }
    return sum / weights;
}

double spread_sees(const struct spread *spread, double limit, double confidence, double power)
{
    struct power at = {.spread = spread, .limit = limit};
    double df = spread->between.df;
    for (int i = 0; i <= QUANTILES; i++)
        at.quantile[i] =
            t_quantile((1 + confidence) / 2, i > 0 && df > 0 ? df * QUANTILES / i : INFINITY);
    for (int i = 0; i < ESTIMATES; i++) {
        double z = (i - ESTIMATES / 2) * ESTIMATE;
        at.estimate[i] = estimate_at(z, df > 0 ? df : INFINITY);
        at.weight[i] = exp(-z * z / 2);
    }
    double error = sqrt(variance_taken(&at, spread->between.variance, 0).all);
    if (error == 0)
        return 0;
    double low = 0, high = 4 * error;
    for (int i = 0; i < REPETITIONS && power_of(&at, high) < power; i++) {
        low = high;
        high *= 2;
    }
    while (high - low > 1e-3 * high) {
        double middle = low + (high - low) / 2;
        if (power_of(&at, middle) < power)
            low = middle;
        else
            high = middle;
    }
    return high;
}
