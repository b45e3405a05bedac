/* SPDX-License-Identifier: Apache-2.0
 *
 * Judges all rows and keeps those that changed.
 */
#include "tools/diff/report.h"

#include <math.h>
#include <stdlib.h>

#include "tools/cli.h"

const char *const report_kind_names[] = {"new", "gone", "grew", "shrank", "moved"};
const char *const report_kind_words[] = {"is new with", "is gone with", "grew by", "shrank by",
                                         "moved with"};
const char *const report_level_names[] = {"whole path",
                                          "path without system frames",
                                          "path with inlined frames folded",
                                          "path of names without template arguments",
                                          "innermost own frames",
                                          "allocating function"};

static double magnitude(const struct judged *judged)
{
    return fmax(fabs(judged->base), fabs(judged->changed));
}

static int by_change(const void *left, const void *right)
{
    const struct report_row *a = left, *b = right;
    double mine = fabs(a->judged.changed - a->judged.base);
    double other = fabs(b->judged.changed - b->judged.base);
    if (mine != other)
        return mine > other ? -1 : 1;
    return a->row < b->row ? -1 : a->row > b->row;
}

/* Leaves those that are found to differ at the front. */
static bool keep_found(struct report_rows *rows)
{
    double *p = malloc(((size_t)rows->count + 1) * sizeof *p);
    bool *is_found = malloc((size_t)rows->count + 1);
    bool has_memory = p && is_found;
    for (uint32_t i = 0; has_memory && i < rows->count; i++)
        p[i] = rows->items[i].judged.p;
    has_memory = has_memory && benjamini_hochberg(p, rows->count, REPORT_FALSE_ROWS, is_found);
    uint32_t kept = 0;
    for (uint32_t i = 0; has_memory && i < rows->count; i++)
        if (is_found[i] && rows->items[i].judged.judgement != JUDGED_SAME)
            rows->items[kept++] = rows->items[i];
    rows->count = kept;
    free(p);
    free(is_found);
    return has_memory;
}

/* The bytes of a row, on the side that has more. */
static double bytes_of(const struct comparison *comparison, uint32_t row, enum profile_value type)
{
    double sums[2] = {0, 0}, base = comparison->base_runs;
    for (uint32_t run = 0; run < comparison->run_count; run++)
        sums[run >= comparison->base_runs] +=
            comparison_sums(comparison, &row, 1, run).values[type];
    return fmax(fabs(sums[0]) / base, fabs(sums[1]) / (comparison->run_count - base));
}

/* Rows of counts are as large as their bytes. */
static bool is_worth_reading(const struct report *report, uint32_t row, const struct judged *judged)
{
    const struct sides *sides = report->sides;
    const struct diff_options *options = sides->options;
    enum profile_value type = sides->type;
    if (magnitude(judged) >= options->least_share * magnitude(&report->totals[type]))
        return true;
    bool is_count = type == PROFILE_ALLOC_OBJECTS || type == PROFILE_INUSE_OBJECTS;
    double bytes = is_count ? bytes_of(&sides->comparison, row, (enum profile_value)((int)type + 1))
                            : magnitude(judged);
    return bytes >= (double)options->least_bytes;
}

/* Intervals are most of the work, so that only the rows that are kept get one. */
static bool judge_kind(struct report *report, enum compare_kind kind)
{
    const struct sides *sides = report->sides;
    const struct comparison *comparison = &sides->comparison;
    struct report_rows *rows = &report->rows[kind];
    uint32_t first = comparison->first[kind], end = comparison->first[kind + 1];
    struct variance_prior prior;
    rows->items = malloc(((size_t)(end - first) + 1) * sizeof *rows->items);
    bool has_memory = rows->items && comparison_prior(comparison, kind, sides->type, &prior);
    for (uint32_t row = first; row < end && has_memory; row++) {
        struct judged judged;
        has_memory =
            comparison_judge_row(comparison, row, sides->type, &prior, JUDGE_NO_INTERVAL, &judged);
        if (has_memory && is_worth_reading(report, row, &judged))
            rows->items[rows->count++] = (struct report_row){row, judged};
        else
            rows->small++;
    }
    rows->compared = rows->count;
    has_memory = has_memory && keep_found(rows);
    for (uint32_t i = 0; i < rows->count && has_memory; i++)
        has_memory = comparison_judge_row(comparison, rows->items[i].row, sides->type, &prior,
                                          REPORT_CONFIDENCE, &rows->items[i].judged);
    if (has_memory)
        qsort(rows->items, rows->count, sizeof *rows->items, by_change);
    return has_memory;
}

/* A function's row shows the source of its largest site. */
static bool find_sites_of_functions(struct report *report)
{
    const struct site_table *table = &report->sides->table;
    const struct report_rows *sites = &report->rows[COMPARE_SITE];
    report->site_of_function =
        calloc((size_t)table->functions.count + 1, sizeof *report->site_of_function);
    for (uint32_t i = sites->count; report->site_of_function && i-- > 0;) {
        uint32_t site = report->sides->comparison.rows.items[sites->items[i].row].id;
        uint32_t path = table->site_paths.items[site];
        report->site_of_function[site_table_function(table, path)] = path;
    }
    return report->site_of_function != NULL;
}

struct error *report_init(struct report *report, const struct sides *sides)
{
    *report = (struct report){.sides = sides};
    report->repository = malloc(sizeof *report->repository);
    if (!report->repository || !repository_init(report->repository, sides->options->repository))
        return error_no_memory();
    bool has_memory = true;
    uint32_t total = sides->comparison.first[COMPARE_TOTAL];
    for (int i = 0; i < PROFILE_VALUES && has_memory; i++)
        has_memory = comparison_judge_row(&sides->comparison, total, (enum profile_value)i, NULL,
                                          REPORT_CONFIDENCE, &report->totals[i]);
    for (int kind = COMPARE_MODULE; kind < COMPARE_KINDS && has_memory; kind++)
        has_memory = judge_kind(report, (enum compare_kind)kind);
    has_memory = has_memory && find_sites_of_functions(report);
    if (!has_memory || !comparison_blame(&sides->comparison, sides->type, &report->blame))
        return error_no_memory();
    return gates_judge(sides, &report->gates, &report->gate_count);
}

void report_deinit(struct report *report)
{
    for (int kind = 0; kind < COMPARE_KINDS; kind++)
        free(report->rows[kind].items);
    if (report->repository)
        repository_deinit(report->repository);
    free(report->repository);
    free(report->site_of_function);
    gates_destroy(report->gates, report->gate_count);
}

enum report_kind report_kind_of(const struct sides *sides, const struct report_row *row)
{
    const struct compare_row *of = &sides->comparison.rows.items[row->row];
    if (!of->in_base || !of->in_changed)
        return of->in_base ? REPORT_GONE : REPORT_NEW;
    if (row->judged.changed == row->judged.base)
        return REPORT_MOVED;
    return row->judged.changed > row->judged.base ? REPORT_GREW : REPORT_SHRANK;
}

int report_gate_status(const struct report *report, const struct gate *gate)
{
    enum diff_unsure unsure = report->sides->options->unsure;
    if (gate->verdict != GATE_CANNOT_JUDGE)
        return gate->verdict == GATE_FAILS ? CLI_NO : CLI_DONE;
    if (unsure == DIFF_UNSURE_FAIL)
        return CLI_NO;
    return unsure == DIFF_UNSURE_SAY || gate->is_hindered ? CLI_CANNOT : CLI_DONE;
}

int report_status(const struct report *report)
{
    int status = CLI_DONE;
    for (size_t i = 0; i < report->gate_count; i++) {
        int of_gate = report_gate_status(report, &report->gates[i]);
        if (of_gate == CLI_NO)
            return CLI_NO;
        status = of_gate == CLI_CANNOT ? CLI_CANNOT : status;
    }
    return status;
}
