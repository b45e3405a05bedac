/* SPDX-License-Identifier: Apache-2.0 */
#include "collector/profile/level.h"

#include "collector/profile/distribution.h"

#include <math.h>
#include <stdlib.h>

struct level level_of(const struct side *side, double confidence)
{
    struct level level = {.mean = NAN, .interval = {NAN, NAN}, .error = NAN, .df = INFINITY};
    double *values = malloc((side->count + 1) * sizeof(*values));
    for (size_t i = 0; values && i < side->count; i++)
        values[i] = side->runs[i].value;
    struct runs runs = {.mean = NAN};
    if (values && side->count)
        runs = runs_of(values, side->count);
    free(values);
    if (isnan(runs.mean))
        return level;
    level.mean = runs.mean;
    side_spread(side, &level.spread);
    struct sampling sampling = level.spread.sides[1].sampling;
    if (sampling.variance == 0 && runs.is_constant) {
        level.interval = (struct interval){runs.mean, runs.mean};
        level.error = 0;
        level.is_exact = true;
    } else if (runs.count == 1) {
        level.interval = measured_interval(side->runs, confidence);
        level.error = sqrt(sampling.variance);
    } else {
        struct between between = {runs.variance, (double)runs.count - 1};
        struct mean_variance variance = mean_variance(runs.count, &between, &sampling);
        level.spread.between = between;
        level.df = mean_variance_df(&variance, &between);
        level.error = sqrt(variance.all);
        double reach = t_quantile(0.5 + confidence / 2, level.df) * level.error;
        level.interval = (struct interval){runs.mean - reach, runs.mean + reach};
    }
    return level;
}
