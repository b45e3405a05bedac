/* SPDX-License-Identifier: Apache-2.0
 *
 * intervals EXACT SAMPLED: for each row of the comparison of an exact profile with a sampled one of
 * the same, and each value: value, kind, the marks to be expected, whether the 95 % interval holds
 * the exact value, its width, the mean width if the marks were binomial, and the error in binomial
 * standard errors.
 */
#include "collector/profile/compare_judge.h"
#include "collector/profile/distribution.h"
#include "collector/profile/file.h"
#include "collector/profile/prune.h"
#include "collector/profile/site_reading.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#define MARKS 200

static enum code own(void *context, const char *module)
{
    (void)context;
    (void)module;
    return CODE_OWN;
}

/* The mean width of the interval of `all` marks, each of which falls on it with the probability. */
static double binomial_width(double all, double probability)
{
    static double widths[MARKS]; /* by marks; of the one `all` that there is */
    double mean = 0;
    if (all * probability > MARKS / 4.)
        return 3.92 * sqrt(all * probability * (1 - probability));
    for (int m = 0; m < MARKS && m <= all; m++) {
        if (widths[m] == 0) {
            struct interval share = share_interval(m, all, 0.95);
            widths[m] = share.high - share.low;
        }
        mean += binomial_pmf(m, all, probability) * widths[m];
    }
    return mean * all;
}

static void print_row(const struct comparison *comparison, uint32_t row, enum profile_value type)
{
    static const char *const values[] = {"alloc_objects", "alloc_space", "inuse_objects",
                                         "inuse_space"};
    bool is_total = comparison->rows.items[row].kind == COMPARE_TOTAL;
    struct measured runs[2];
    comparison_measure(comparison, &row, 1, type, runs);
    double truth = runs[0].value, mark = runs[1].per_mark, all = fmax(1, floor(runs[1].all));
    struct interval interval = measured_interval(&runs[1], 0.95);
    double width = is_total ? 0 : mark * binomial_width(all, fmin(1, truth / mark / all));
    /* The exact value in marks; that of all of them has no error but that of the ends. */
    double marks = truth / mark, variance = mark * mark * marks * (1 - fmin(1, marks / all));
    double error = variance > 0 ? (runs[1].value - truth) / sqrt(variance) : 0;
    printf("%s %s %g %d %g %g %g\n", values[type], is_total ? "total" : "site", truth / mark,
           interval.low <= truth && truth <= interval.high, interval.high - interval.low, width,
           error);
}

int main(int argc, char **argv)
{
    struct site_table table;
    struct comparison comparison;
    if (argc != 3 || !site_table_init(&table, 2, false))
        return 2;
    for (int i = 1; i < argc; i++) {
        struct profile *profile;
        if (profile_read(argv[i], &profile) || !profile_prune_named(profile) ||
            site_table_add(&table, profile, argv[i]))
            return 2;
        profile_destroy(profile);
    }
    if (!comparison_init(&comparison, &table, 1, &(struct compare_options){own, NULL}))
        return 2;
    for (uint32_t row = 0; row < comparison.rows.count; row++) {
        const struct compare_row *of = &comparison.rows.items[row];
        for (int type = 0; type < PROFILE_VALUES && of->in_base; type++)
            if (of->kind == COMPARE_TOTAL || of->kind == COMPARE_SITE)
                print_row(&comparison, row, (enum profile_value)type);
    }
    comparison_deinit(&comparison);
    site_table_deinit(&table);
    return 0;
}
