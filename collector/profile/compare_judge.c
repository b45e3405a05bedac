/* SPDX-License-Identifier: Apache-2.0 */
#include "collector/profile/compare_judge.h"

#include <math.h>
#include <stdlib.h>

static bool is_size(enum profile_value type)
{
    return type == PROFILE_ALLOC_SPACE || type == PROFILE_INUSE_SPACE;
}

/* The sum of what marks stand for, squared. */
static double squares_of(const struct site_sums *sums, enum profile_value type, double interval)
{
    return is_size(type) ? sums->sampled[type] * interval : sums->squares[type / 2];
}

/* What a mark stands for in the mean of all that was allocated, in the first run that has any. */
static double mark_of_all(const struct comparison *at, enum profile_value type)
{
    enum profile_value all = is_size(type) ? PROFILE_ALLOC_SPACE : PROFILE_ALLOC_OBJECTS;
    for (uint32_t i = 0; i < at->run_count; i++) {
        const struct site_run *run = &at->table->runs.items[i];
        double squares = squares_of(&run->total, all, run->interval);
        if (run->total.sampled[all] > 0 && squares > 0)
            return squares / run->total.sampled[all];
    }
    return 1;
}

/* What one mark of some rows stands for; 0: they have none.  Few marks tell it badly where sizes
 * differ: what is in use may be taken for less mixed than what was allocated there, never for more
 * sure. */
static double mark_of(const struct site_run *run, const struct site_sums *sums,
                      enum profile_value type)
{
    double sampled = sums->sampled[type], squares = squares_of(sums, type, run->interval);
    double mark = sampled > 0 && squares > 0 ? squares / sampled : 0;
    if (type != PROFILE_INUSE_OBJECTS || mark == 0)
        return mark;
    return fmax(mark, mark_of(run, sums, PROFILE_ALLOC_OBJECTS));
}

static struct measured measure(const struct site_run *run, const struct site_sums *sums,
                               enum profile_value type, bool is_whole)
{
    return (struct measured){
        .value = sums->values[type],
        .sampled = sums->sampled[type],
        .per_mark = mark_of(run, sums, type),
        .all = run->sampling == SITE_POISSON
                   ? INFINITY
                   : run->total.sampled[PROFILE_ALLOC_SPACE] / run->interval,
        .threads = (double)run->threads,
        .interval = run->interval,
        .is_whole = is_whole && (type == PROFILE_ALLOC_SPACE || type == PROFILE_ALLOC_OBJECTS),
    };
}

void comparison_measure(const struct comparison *at, const uint32_t *rows, uint32_t count,
                        enum profile_value type, struct measured *runs)
{
    bool is_whole = count == 1 && at->rows.items[rows[0]].kind == COMPARE_TOTAL;
    double sampled = 0, squares = 0;
    for (uint32_t i = 0; i < at->run_count; i++) {
        struct site_sums sums = comparison_sums(at, rows, count, i);
        runs[i] = measure(&at->table->runs.items[i], &sums, type, is_whole);
        sampled += runs[i].sampled;
        squares += runs[i].sampled * runs[i].per_mark;
    }
    /* Where a run has no mark of these rows, one would stand for what it does in the others. */
    double mark = squares > 0 && sampled > 0 ? squares / sampled : mark_of_all(at, type);
    for (uint32_t i = 0; i < at->run_count; i++)
        if (runs[i].per_mark == 0)
            runs[i].per_mark = is_size(type) ? runs[i].interval : mark;
}

static struct side side_of(const struct comparison *at, const struct measured *runs, int side)
{
    if (side == 0)
        return (struct side){runs, at->base_runs, at->seeds[0]};
    return (struct side){runs + at->base_runs, at->run_count - at->base_runs, at->seeds[1]};
}

struct judged comparison_judge(const struct comparison *at, const struct measured *runs,
                               double scale, const struct variance_prior *prior, double confidence)
{
    struct side base = side_of(at, runs, 0), changed = side_of(at, runs, 1);
    return judge(&base, &changed, scale, prior, confidence);
}

bool comparison_judge_row(const struct comparison *at, uint32_t row, enum profile_value type,
                          const struct variance_prior *prior, double confidence,
                          struct judged *judged)
{
    struct measured *runs = malloc(((size_t)at->run_count + 1) * sizeof(*runs));
    if (!runs)
        return false;
    comparison_measure(at, &row, 1, type, runs);
    *judged = comparison_judge(at, runs, 1, prior, confidence);
    free(runs);
    return true;
}

bool comparison_prior(const struct comparison *at, enum compare_kind kind, enum profile_value type,
                      struct variance_prior *prior)
{
    uint32_t first = at->first[kind], end = at->first[kind + 1];
    struct variance_row *rows = malloc(((size_t)(end - first) + 1) * sizeof(*rows));
    struct measured *runs = malloc(((size_t)at->run_count + 1) * sizeof(*runs));
    bool has_memory = rows && runs;
    for (uint32_t row = first; has_memory && row < end; row++) {
        comparison_measure(at, &row, 1, type, runs);
        struct side base = side_of(at, runs, 0), changed = side_of(at, runs, 1);
        rows[row - first] = judge_variance(&base, &changed);
    }
    if (has_memory)
        *prior = variance_prior_fit(rows, end - first);
    free(runs);
    free(rows);
    return has_memory;
}
