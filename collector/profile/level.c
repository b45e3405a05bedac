/* SPDX-License-Identifier: Apache-2.0 */
#include "collector/profile/level.h"

#include "collector/profile/distribution.h"

#include <math.h>
#include <stdlib.h>

struct level level_of(const struct side *side, double confidence)
{
    struct level level = {NAN, {NAN, NAN}, NAN, INFINITY, false};
    double *values = malloc((side->count + 1) * sizeof(*values));
    struct sampling sampling = {0, side->seeds ? side->seeds : side->count};
    for (size_t i = 0; values && i < side->count; i++) {
        values[i] = side->runs[i].value;
        sampling.variance += measured_variance(&side->runs[i]) / (double)side->count;
    }
    struct runs runs = {.mean = NAN};
    if (values && side->count)
        runs = runs_of(values, side->count);
    free(values);
    if (isnan(runs.mean))
        return level;
    level.mean = runs.mean;
    if (sampling.variance == 0 && runs.is_constant) {
        level = (struct level){runs.mean, {runs.mean, runs.mean}, 0, INFINITY, true};
    } else if (runs.count == 1) {
        level.interval = measured_interval(side->runs, confidence);
        level.error = sqrt(sampling.variance);
    } else {
        struct between between = {runs.variance, (double)runs.count - 1};
        level.error = sqrt(variance_of_mean(&runs, &between, &sampling, &level.df));
        double reach = t_quantile(0.5 + confidence / 2, level.df) * level.error;
        level.interval = (struct interval){runs.mean - reach, runs.mean + reach};
    }
    return level;
}
