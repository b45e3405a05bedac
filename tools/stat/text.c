/* SPDX-License-Identifier: Apache-2.0
 *
 * Values for people: of one program a row for each value, of several a row for each program.
 */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "collector/base/path.h"
#include "tools/cli.h"
#include "tools/columns.h"
#include "tools/stat/print.h"

#define CELL (3 * MEASURE_TEXT)

/* --- cells --- */

static bool has_interval(const struct stat_series *series)
{
    return series->count >= MEDIAN_RUNS && isfinite(series->median.interval.low);
}

/* The median's interval, with few runs from the least to the most. */
static struct interval spread_of(const struct stat_series *series)
{
    return has_interval(series) ? series->median.interval
                                : (struct interval){series->least, series->most};
}

/* The larger half of the interval, in percent of the median; 0 where the median is 0. */
static double half_of(const struct stat_series *series)
{
    const struct interval spread = spread_of(series);
    double median = series->median.value;
    return median > 0 ? 100 * fmax(spread.high - median, median - spread.low) / median : 0;
}

/* "exact (5 of 5)", "+- 1.2 % (0.79 s to 0.83 s)", "0.79 s to 0.83 s". */
static void print_spread(char cell[static CELL], const struct stat_series *series)
{
    char low[MEASURE_TEXT], high[MEASURE_TEXT];
    const struct interval spread = spread_of(series);
    stat_metric_print(low, series->metric, spread.low);
    stat_metric_print(high, series->metric, spread.high);
    if (series->count == 1)
        snprintf(cell, CELL, "1 run");
    else if (series->is_exact)
        snprintf(cell, CELL, "exact (%zu of %zu)", series->count, series->count);
    else if (has_interval(series))
        snprintf(cell, CELL, "+- %.2g %% (%s to %s)", half_of(series), low, high);
    else
        snprintf(cell, CELL, "%s to %s", low, high);
}

/* A value in a table of programs. */
static void print_cell(char cell[static CELL], const struct stat_series *series)
{
    char text[MEASURE_TEXT];
    stat_metric_print(text, series->metric, series->median.value);
    if (series->least == series->most)
        snprintf(cell, CELL, "%s", text);
    else
        snprintf(cell, CELL, "%s +- %.2g %%", text, half_of(series));
}

static void print_change(char cell[static CELL], const struct stat_change *change)
{
    char share[MEASURE_TEXT] = "from nothing", runs[MEASURE_TEXT];
    snprintf(runs, sizeof runs, change->runs[0] == change->runs[1] ? "%zu" : "%zu+%zu",
             change->runs[0], change->runs[1]);
    if (!isnan(change->share))
        snprintf(share, sizeof share, "%+.2f %%", 100 * change->share);
    switch (change->verdict) {
    case STAT_SAME:
        snprintf(cell, CELL, "same");
        break;
    case STAT_CHANGED:
        snprintf(cell, CELL, "%s exact", share);
        break;
    case STAT_DIFFERENT:
        snprintf(cell, CELL, "%s (p=%.3f n=%s)", share, change->p, runs);
        break;
    case STAT_ALIKE:
        snprintf(cell, CELL, "~ (p=%.3f n=%s)", change->p, runs);
        break;
    case STAT_FEW_RUNS:
        snprintf(cell, CELL, "%s ?", share);
        break;
    }
}

/* --- the head --- */

static void print_command(const struct stat_record *record)
{
    for (size_t i = 0; i < record->argument_count; i++) {
        if (i)
            putchar(' ');
        cli_put(record->arguments[i], 0);
    }
}

static void print_head(const struct stat_record *record)
{
    char interval[MEASURE_TEXT];
    size_t profiled = stat_record_profiled_runs(record);
    print_command(record);
    printf(": %zu run%s", profiled, profiled == 1 ? "" : "s");
    if (record->interval_bytes == 1)
        fputs(" with every allocation recorded", stdout);
    else
        printf(", sampled every %s: estimates", measure_bytes(interval, record->interval_bytes));
    if (profiled < record->run_count)
        printf(", %zu plain", record->run_count - profiled);
    puts("\n");
}

/* --- one side --- */

static void add_value(struct columns *columns, const struct stat_series *series)
{
    char cell[CELL], text[MEASURE_TEXT];
    columns_add(columns, stat_metric_titles[series->metric]);
    columns_add(columns, stat_metric_print(text, series->metric, series->median.value));
    print_spread(cell, series);
    columns_add(columns, cell);
}

/* The values of all together from `first` on, a row each. */
static void print_values(const struct stat_values *values, enum stat_metric first)
{
    static const struct column shape[] = {{"VALUE", COLUMN_LEFT, 12, 0},
                                          {"MEDIAN", COLUMN_RIGHT, 10, 0},
                                          {"SPREAD", COLUMN_LEFT, 0, 0}};
    struct columns columns;
    columns_init(&columns, shape, sizeof shape / sizeof *shape, "  ");
    for (int metric = (int)first; metric < STAT_METRICS; metric++) {
        const struct stat_series *series = stat_values_find(values, "", (enum stat_metric)metric);
        if (series)
            add_value(&columns, series);
    }
    columns_print(&columns, stdout);
    columns_deinit(&columns);
}

/* How many processes a program has in the first run that it is in. */
static uint64_t processes_of(const struct stat_record *record, const char *program)
{
    uint64_t count = 0;
    for (size_t i = 0; i < record->run_count && count == 0; i++)
        for (size_t k = 0; k < record->runs[i].program_count; k++)
            if (!*program || strcmp(record->runs[i].programs[k].name, program) == 0)
                count += record->runs[i].programs[k].processes;
    return count;
}

static void add_program(struct columns *columns, const struct stat_values *values,
                        const char *program)
{
    char cell[CELL];
    columns_add(columns, *program ? program : "sum");
    snprintf(cell, sizeof cell, "%" PRIu64, processes_of(values->record, program));
    columns_add(columns, cell);
    for (int metric = STAT_ALLOCS; metric <= STAT_LIVE; metric++) {
        print_cell(cell, stat_values_find(values, program, (enum stat_metric)metric));
        columns_add(columns, cell);
    }
}

static void print_programs(const struct stat_values *values)
{
    static const struct column shape[] = {
        {"PROGRAM", COLUMN_LEFT, 0, 30}, {"PROCESSES", COLUMN_RIGHT, 0, 0},
        {"ALLOCS", COLUMN_RIGHT, 8, 0},  {"BYTES", COLUMN_RIGHT, 10, 0},
        {"PEAK", COLUMN_RIGHT, 10, 0},   {"LIVE AT EXIT", COLUMN_RIGHT, 10, 0},
    };
    struct columns columns;
    size_t runs = stat_record_profiled_runs(values->record);
    columns_init(&columns, shape, sizeof shape / sizeof *shape, "  ");
    for (size_t i = 0; i < values->program_count; i++)
        add_program(&columns, values, values->programs[i]);
    add_program(&columns, values, "");
    columns_print(&columns, stdout);
    columns_deinit(&columns);
    if (runs > 1)
        printf("\n  What has no +- is exact (%zu of %zu).", runs, runs);
    puts("  A peak is the largest of one process.\n");
}

/* --- two sides --- */

static void add_pair(struct columns *columns, const struct stat_values *values,
                     const struct stat_series *base, const struct stat_series *changed)
{
    char cell[CELL];
    const struct stat_change change = stat_values_compare(base, changed);
    columns_add(columns, *changed->program            ? changed->program
                         : values->program_count == 1 ? values->programs[0]
                                                      : "sum");
    columns_add(columns, stat_metric_titles[changed->metric]);
    print_cell(cell, base);
    columns_add(columns, cell);
    print_cell(cell, changed);
    columns_add(columns, cell);
    print_change(cell, &change);
    columns_add(columns, cell);
}

/* Prints the programs that only one side has. */
static void print_only(const char *title, const struct stat_values *of,
                       const struct stat_values *other)
{
    const char *before = title;
    for (size_t i = 0; i < of->program_count; i++) {
        if (stat_values_find(other, of->programs[i], STAT_ALLOCS))
            continue;
        fputs(before, stdout);
        cli_put(of->programs[i], 0);
        before = ", ";
    }
    if (before != title)
        putchar('\n');
}

static void print_compared(const struct stat_values *values, const struct stat_values *base)
{
    static const struct column shape[] = {
        {"PROGRAM", COLUMN_LEFT, 0, 30}, {"VALUE", COLUMN_LEFT, 12, 0},
        {"BASE", COLUMN_RIGHT, 10, 0},   {"NEW", COLUMN_RIGHT, 10, 0},
        {"CHANGE", COLUMN_LEFT, 0, 0},
    };
    struct columns columns;
    bool has_few = false;
    columns_init(&columns, shape, sizeof shape / sizeof *shape, "  ");
    for (size_t i = 0; i < values->count; i++) {
        const struct stat_series *changed = &values->items[i];
        const struct stat_series *was = stat_values_find(base, changed->program, changed->metric);
        if (!was || was->count == 0)
            continue;
        add_pair(&columns, values, was, changed);
        has_few |= stat_values_compare(was, changed).verdict == STAT_FEW_RUNS;
    }
    columns_print(&columns, stdout);
    columns_deinit(&columns);
    printf("\n  Medians; +- is the larger half of their 95 %% interval, with fewer than %d runs of "
           "the "
           "range.\n  ~: no difference is seen (rank sum test, 5 %%).\n",
           MEDIAN_RUNS);
    print_only("  Only in the base: ", base, values);
    print_only("  Only in the new runs: ", values, base);
    if (has_few)
        printf("  ?: nothing can be said with fewer than %d runs a side; try --runs=6\n",
               RANK_SUM_RUNS);
}

/* --- all --- */

/* With one seed the runs' sampling errors are the same, so that the spread has none of them. */
static void print_notes(const struct stat_record *record)
{
    if (record->has_seed && record->interval_bytes > 1)
        puts("  All runs have the same seed and so the same sampling error, which the spread does "
             "not show.");
    if (stat_record_profiled_runs(record) < MEDIAN_RUNS && record->run_count > 1)
        printf("  With fewer than %d runs the spread is from the least to the most; from there on "
               "it is a 95 %% interval.\n",
               MEDIAN_RUNS);
}

/* The run that has most of them stands for all: which are seen may depend on chance. */
static void print_unrecorded(const struct stat_record *record)
{
    const struct stat_run *most = &record->runs[0];
    for (size_t i = 1; i < record->run_count; i++)
        if (record->runs[i].unrecorded_count > most->unrecorded_count)
            most = &record->runs[i];
    if (most->unrecorded_count == 0)
        return;
    fputs("  In no sum, since nothing could be recorded in them: ", stdout);
    for (size_t i = 0; i < most->unrecorded_count; i++) {
        const struct stat_unrecorded_program *program = &most->unrecorded[i];
        fputs(i ? "; " : "", stdout);
        cli_put(program->name, 0);
        printf(" (%" PRIu64 " process%s: ", program->processes,
               program->processes == 1 ? "" : "es");
        cli_put(program->reason, 0);
        putchar(')');
    }
    putchar('\n');
}

void stat_print_text(const struct stat_values *values, const struct stat_values *base,
                     const char *directory)
{
    print_head(values->record);
    if (base) {
        print_compared(values, base);
    } else if (values->program_count > 1) {
        print_programs(values);
        print_values(values, STAT_ALLOCS_PER_OPERATION);
    } else {
        print_values(values, STAT_ALLOCS);
    }
    if (!base) {
        putchar('\n');
        print_notes(values->record);
    }
    print_unrecorded(values->record);
    fputs("  Kept in ", stdout);
    cli_put(directory, 0);
    putchar('\n');
}
