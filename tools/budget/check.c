/* SPDX-License-Identifier: Apache-2.0
 *
 * A limit is a number, so one run is enough to compare with it; several are compared by the
 * interval of their mean.
 */
#include "tools/budget/check.h"

#include <fnmatch.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "tools/budget/ignores.h"
#include "tools/diff/gate_rows.h"

struct checking {
    const struct sides *sides;
    const struct budget *budget;
    uint8_t *ignored; /* by site */
    uint32_t *rows;   /* room for all of the comparison */
    struct measured *runs, *of_program;
};

/* --- what a line is about --- */

/* Whether it is the first run of its program, which stands for the program. */
static bool is_first_of_program(const struct sides *sides, size_t run)
{
    for (size_t i = 0; i < run; i++)
        if (strcmp(sides->runs[i].program, sides->runs[run].program) == 0)
            return false;
    return true;
}

static bool is_in_use(enum metric metric)
{
    return metric == METRIC_INUSE_OBJECTS || metric == METRIC_INUSE_SPACE;
}

static bool counts(const struct checking *at, const struct budget_line *line, uint32_t site)
{
    const struct site_table *table = &at->sides->table;
    uint8_t ignored = at->ignored[site];
    if ((ignored & IGNORES_ALL) || (is_in_use(line->metric) && (ignored & IGNORES_LEAK)))
        return false;
    uint32_t function = site_table_function(table, table->site_paths.items[site]);
    switch (line->subject) {
    case GATE_FUNCTIONS:
        return gate_rows_function_matches(table, function, line->pattern);
    case GATE_MODULES:
        return pattern_matches(line->pattern,
                               site_table_text(table, table->functions.items[function].module));
    default:
        return true;
    }
}

static uint32_t select_rows(const struct checking *at, const struct budget_line *line)
{
    const struct comparison *comparison = &at->sides->comparison;
    uint32_t count = 0, end = comparison->first[COMPARE_SITE + 1];
    for (uint32_t row = comparison->first[COMPARE_SITE]; row < end; row++)
        if (counts(at, line, comparison->rows.items[row].id))
            at->rows[count++] = row;
    return count;
}

/* --- judging --- */

static const char *hindrance(const struct sides *sides, size_t run, enum metric metric)
{
    const struct side_run *of = &sides->runs[run];
    const char *why = gate_rows_run_hindrance(sides, of, metric);
    if (!why && of->view != SIDE_VIEW_END)
        why = "a file has the values of another moment than the end";
    if (!why && metric == METRIC_PEAK && !of->is_exact)
        why = "only exact runs (--interval 1) tell the peak";
    return why;
}

static void judge_row(const struct checking *at, struct check_row *row, double confidence)
{
    const struct sides *sides = at->sides;
    size_t count = 0;
    row->why = NULL;
    gate_rows_measure(sides, at->rows, select_rows(at, row->line), row->line->metric, at->runs);
    for (size_t i = 0; i < sides->run_count; i++) {
        if (strcmp(sides->runs[i].program, row->program) != 0)
            continue;
        if (!row->why)
            row->why = hindrance(sides, i, row->line->metric);
        at->of_program[count++] = at->runs[i];
    }
    size_t seeds = sides->comparison.seeds[0];
    struct side side = {at->of_program, count, seeds < count ? seeds : 0};
    double limit = row->line->limit.number;
    row->runs = count;
    row->is_measured = !row->why;
    row->level = level_of(&side, confidence);
    row->verdict = row->level.interval.low > limit     ? CHECK_FAILS
                   : row->level.interval.high <= limit ? CHECK_HOLDS
                                                       : CHECK_CANNOT_JUDGE;
    if (row->why)
        row->verdict = CHECK_CANNOT_JUDGE;
    else if (row->verdict == CHECK_CANNOT_JUDGE)
        row->why = "the limit is inside the interval: more runs or a smaller interval tell";
}

/* Corrects for their number by Holm's method, as the gates of `diff` do: while one limit fails, the
 * others are judged again. */
static void judge_all(const struct checking *at, struct check *check)
{
    size_t judged = 0, failed = 0, before;
    for (size_t i = 0; i < check->count; i++)
        judged += check->rows[i].program != NULL;
    do {
        before = failed;
        double confidence = 1 - 2 * CHECK_ERROR / (double)(judged - failed ? judged - failed : 1);
        for (size_t i = 0; i < check->count; i++) {
            struct check_row *row = &check->rows[i];
            if (!row->program || row->verdict == CHECK_FAILS)
                continue;
            judge_row(at, row, confidence);
            failed += row->verdict == CHECK_FAILS;
        }
    } while (failed > before && failed < judged);
}

/* --- the whole --- */

/* A pattern that nothing matches is a mistake, or the line is not needed any more. */
static void add_rows(struct check *check, const struct sides *sides, const struct budget_line *line)
{
    size_t first = check->count;
    if (line->subject == GATE_TOTAL || gate_rows_are_known(sides, line->subject, line->pattern))
        for (size_t i = 0; i < sides->run_count; i++)
            if (is_first_of_program(sides, i) &&
                (line->subject != GATE_TOTAL ||
                 fnmatch(line->name, sides->runs[i].program, 0) == 0))
                check->rows[check->count++] = (struct check_row){
                    .line = line, .program = sides->runs[i].program, .verdict = CHECK_HOLDS};
    if (check->count == first)
        check->rows[check->count++] = (struct check_row){
            .line = line,
            .verdict = CHECK_CANNOT_JUDGE,
            .why = line->subject == GATE_TOTAL ? "there is no profile of such a program"
                                               : "nothing in the profiles matches its pattern"};
}

struct error *check_init(struct check *check, const struct budget *budget,
                         const struct sides *sides)
{
    size_t programs = 1;
    for (size_t i = 0; i < sides->run_count; i++)
        programs += is_first_of_program(sides, i);
    *check = (struct check){calloc(budget->limit_count * programs + 1, sizeof *check->rows), 0,
                            calloc(budget->count + 1, sizeof *check->used)};
    struct checking at = {
        .sides = sides,
        .budget = budget,
        .ignored = check->used ? ignores_find(budget, &sides->table, check->used) : NULL,
        .rows = malloc(((size_t)sides->comparison.rows.count + 1) * sizeof *at.rows),
        .runs = malloc((sides->run_count + 1) * sizeof *at.runs),
        .of_program = malloc((sides->run_count + 1) * sizeof *at.of_program),
    };
    bool has_memory = check->rows && at.ignored && at.rows && at.runs && at.of_program;
    for (size_t i = 0; has_memory && i < budget->count; i++)
        if (budget->lines[i].kind == BUDGET_LIMIT)
            add_rows(check, sides, &budget->lines[i]);
    if (has_memory)
        judge_all(&at, check);
    free(at.ignored);
    free(at.rows);
    free(at.runs);
    free(at.of_program);
    return has_memory ? NULL : error_no_memory();
}

void check_deinit(struct check *check)
{
    free(check->rows);
    free(check->used);
    *check = (struct check){NULL, 0, NULL};
}
