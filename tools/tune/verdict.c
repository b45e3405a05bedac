/* SPDX-License-Identifier: Apache-2.0
 *
 * Each value of each setting is compared with that of the program as it is by Student's t.  All
 * these comparisons together are corrected by Holm, so that the chance of calling any of them a
 * difference where there is none is 5 %.
 */
#include "tools/tune/verdict.h"

#include <math.h>
#include <stdlib.h>

#include "collector/profile/statistics.h"

#define ALPHA       0.05
#define WORTH       0.05 /* of the peak: less is not worth a setting */
#define SLOWER_MOST 0.10 /* a setting that takes more time than that is not recommended */
#define AS_GOOD     0.02 /* of the peak as it is: a simpler setting within that is preferred */

struct comparison_of {
    struct tune_number *number;
    double p;
};

/* Runs that are all equal have no variance that could be known: one part in a thousand stands for
 * it. */
static double p_of(const struct runs *base, const struct runs *changed)
{
    const struct sampling none = {.variance = 0, .seeds = 1};
    struct between between = runs_between(base, changed);
    double least = 1e-3 * base->mean;
    between.variance = fmax(between.variance, least * least);
    struct mean_difference difference = means_differ(base, changed, &between, &none, &none);
    return isnan(difference.p) ? 1 : difference.p;
}

static double measure(struct tune_number *number, const struct tune_runs *runs, size_t setting,
                      enum tune_value value)
{
    struct runs base = runs_of(tune_values(runs, 0, value), runs->count);
    struct runs changed = runs_of(tune_values(runs, setting, value), runs->count);
    *number = (struct tune_number){.mean = changed.mean, .deviation = sqrt(changed.variance)};
    number->change = base.mean > 0 ? changed.mean / base.mean - 1 : 0;
    return setting == 0 ? 1 : p_of(&base, &changed);
}

static int by_p(const void *left, const void *right)
{
    const struct comparison_of *a = left, *b = right;
    return (a->p > b->p) - (a->p < b->p);
}

static void correct(struct comparison_of *comparisons, size_t count)
{
    qsort(comparisons, count, sizeof *comparisons, by_p);
    for (size_t i = 0; i < count && comparisons[i].p <= ALPHA / (double)(count - i); i++)
        comparisons[i].number->is_different = true;
}

/* What differs by no more than the noise counts as equal to the program as it is. */
static double level_of(const struct tune_row *row, enum tune_value value)
{
    return row->numbers[value].is_different ? row->numbers[value].change : 0;
}

static int by_peak(const void *left, const void *right)
{
    const struct tune_row *a = left, *b = right;
    double x = level_of(a, TUNE_PEAK), y = level_of(b, TUNE_PEAK);
    return x != y ? (x > y) - (x < y) : (a->setting > b->setting) - (a->setting < b->setting);
}

/* Rows are sorted by their peaks: one is among the best if none before it takes as little time. */
static void mark_best(struct tune_verdict *verdict)
{
    double least = INFINITY;
    for (size_t i = 0; i < verdict->count; i++) {
        double cpu = level_of(&verdict->rows[i], TUNE_CPU);
        verdict->rows[i].is_best = cpu < least;
        least = fmin(least, cpu);
    }
}

static bool is_worth(const struct tune_row *row)
{
    const struct tune_number *peak = &row->numbers[TUNE_PEAK], *cpu = &row->numbers[TUNE_CPU];
    return row->setting > 0 && peak->is_different && peak->change <= -WORTH &&
           !(cpu->is_different && cpu->change > SLOWER_MOST);
}

/* Of those that are worth it the one with the lowest peak, or a simpler one that is as good:
 * settings come in the order of how much they change. */
static void recommend(struct tune_verdict *verdict)
{
    const struct tune_row *best = NULL;
    for (size_t i = 0; i < verdict->count && !best; i++)
        best = is_worth(&verdict->rows[i]) ? &verdict->rows[i] : NULL;
    verdict->recommended = best ? best->setting : 0;
    for (size_t i = 0; best && i < verdict->count; i++) {
        const struct tune_row *row = &verdict->rows[i];
        if (is_worth(row) && row->setting < verdict->recommended &&
            row->numbers[TUNE_PEAK].change <= best->numbers[TUNE_PEAK].change + AS_GOOD)
            verdict->recommended = row->setting;
    }
}

/* The recommended one stands first: what follows is sorted by the peak. */
static void put_first(struct tune_verdict *verdict)
{
    for (size_t i = 0; verdict->recommended && i < verdict->count; i++) {
        struct tune_row row = verdict->rows[i];
        if (row.setting != verdict->recommended)
            continue;
        for (size_t k = i; k > 0; k--)
            verdict->rows[k] = verdict->rows[k - 1];
        verdict->rows[0] = row;
        return;
    }
}

bool tune_verdict_init(struct tune_verdict *verdict, const struct tune_settings *settings,
                       const struct tune_runs *runs)
{
    size_t compared = 0;
    *verdict = (struct tune_verdict){.rows = calloc(settings->count, sizeof *verdict->rows)};
    struct comparison_of *comparisons = calloc(settings->count * TUNE_VALUES, sizeof *comparisons);
    bool has_memory = verdict->rows && comparisons;
    for (size_t i = 0; has_memory && i < settings->count; i++) {
        if (runs->failed[i])
            continue;
        struct tune_row *row = &verdict->rows[verdict->count++];
        row->setting = i;
        for (int value = 0; value < TUNE_VALUES; value++) {
            double p = measure(&row->numbers[value], runs, i, (enum tune_value)value);
            if (i > 0)
                comparisons[compared++] = (struct comparison_of){&row->numbers[value], p};
        }
    }
    if (has_memory) {
        correct(comparisons, compared);
        qsort(verdict->rows, verdict->count, sizeof *verdict->rows, by_peak);
        mark_best(verdict);
        recommend(verdict);
        put_first(verdict);
    }
    free(comparisons);
    return has_memory;
}

void tune_verdict_deinit(struct tune_verdict *verdict)
{
    free(verdict->rows);
    *verdict = (struct tune_verdict){.count = 0};
}
