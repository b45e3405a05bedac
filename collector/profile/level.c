/* SPDX-License-Identifier: Apache-2.0 */
#include "collector/profile/level.h"

#include "collector/profile/distribution.h"

#include <math.h>
#include <stdlib.h>

/* The standard error of one sampled run, as wide as its interval says. */
static double sampling_error(const struct measured *run)
{
    struct interval interval = measured_interval(run, 0.95);
    return (interval.high - interval.low) / (2 * normal_quantile(0.975));
}

struct level level_of(const struct side *side, double confidence)
{
    struct level level = {NAN, {NAN, NAN}, NAN, false};
    double *values = malloc((side->count + 1) * sizeof(*values));
    double sampling = 0;
    bool is_sampled = false;
    for (size_t i = 0; values && i < side->count; i++) {
        values[i] = side->runs[i].value;
        is_sampled |= side->runs[i].interval > 1;
        sampling = fmax(sampling, sampling_error(&side->runs[i]));
    }
    struct runs runs = {.mean = NAN};
    if (values && side->count)
        runs = runs_of(values, side->count);
    free(values);
    if (isnan(runs.mean))
        return level;
    level.mean = runs.mean;
    if (!is_sampled && runs.is_constant) {
        level = (struct level){runs.mean, {runs.mean, runs.mean}, 0, true};
    } else if (runs.count == 1) {
        level.interval = measured_interval(side->runs, confidence);
        level.error = sampling;
    } else {
        /* The variance between runs has that of sampling in it: the larger of the two counts. */
        double n = (double)runs.count;
        level.error = sqrt(fmax(runs.variance, sampling * sampling) / n);
        double reach = t_quantile(0.5 + confidence / 2, n - 1) * level.error;
        level.interval = (struct interval){runs.mean - reach, runs.mean + reach};
    }
    return level;
}
