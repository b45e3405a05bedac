/* SPDX-License-Identifier: Apache-2.0
 *
 * Adds up, divides and sorts out; all judgement of numbers is the collector's.
 */
#include "tools/stat/values.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ERROR 0.05 /* of a test */

const char *const stat_metric_titles[] = {
    [STAT_ALLOCS] = "allocs",
    [STAT_BYTES] = "bytes",
    [STAT_PEAK] = "peak",
    [STAT_LIVE] = "live at exit",
    [STAT_ALLOCS_PER_OPERATION] = "allocs/op",
    [STAT_BYTES_PER_OPERATION] = "B/op",
    [STAT_CPU] = "CPU time",
    [STAT_CPU_RECORDED] = "CPU, recorded",
    [STAT_SLOWDOWN] = "slowdown",
};
const char *const stat_metric_keys[] = {
    [STAT_ALLOCS] = "alloc_objects",
    [STAT_BYTES] = "alloc_space",
    [STAT_PEAK] = "peak_space",
    [STAT_LIVE] = "inuse_space",
    [STAT_ALLOCS_PER_OPERATION] = "allocs/op",
    [STAT_BYTES_PER_OPERATION] = "B/op",
    [STAT_CPU] = "cpu_time",
    [STAT_CPU_RECORDED] = "cpu_time_recorded",
    [STAT_SLOWDOWN] = "slowdown",
};
const char *const stat_metric_units[] = {
    [STAT_ALLOCS] = "count",
    [STAT_BYTES] = "bytes",
    [STAT_PEAK] = "bytes",
    [STAT_LIVE] = "bytes",
    [STAT_ALLOCS_PER_OPERATION] = "count",
    [STAT_BYTES_PER_OPERATION] = "bytes",
    [STAT_CPU] = "nanoseconds",
    [STAT_CPU_RECORDED] = "nanoseconds",
    [STAT_SLOWDOWN] = "ratio",
};
const char *const stat_verdict_names[] = {
    [STAT_SAME] = "same",   [STAT_CHANGED] = "changed",       [STAT_DIFFERENT] = "different",
    [STAT_ALIKE] = "alike", [STAT_FEW_RUNS] = "too few runs",
};

/* --- numbers of a run --- */

/* Of one program, or of all ("").  Peaks of processes are at different times: the largest. */
static double value_of(const struct stat_run *run, const char *program, enum stat_metric metric)
{
    static const enum profile_value types[] = {
        [STAT_ALLOCS] = PROFILE_ALLOC_OBJECTS,
        [STAT_BYTES] = PROFILE_ALLOC_SPACE,
        [STAT_LIVE] = PROFILE_INUSE_SPACE,
        [STAT_ALLOCS_PER_OPERATION] = PROFILE_ALLOC_OBJECTS,
        [STAT_BYTES_PER_OPERATION] = PROFILE_ALLOC_SPACE,
    };
    double sum = 0, peak = 0;
    for (size_t i = 0; i < run->program_count; i++) {
        const struct stat_program *of = &run->programs[i];
        if (*program && strcmp(of->name, program) != 0)
            continue;
        if (metric == STAT_PEAK)
            peak = (double)of->peak_bytes > peak ? (double)of->peak_bytes : peak;
        else
            sum += (double)of->values[types[metric]];
    }
    if (metric == STAT_PEAK)
        return peak;
    bool is_per_operation =
        metric == STAT_ALLOCS_PER_OPERATION || metric == STAT_BYTES_PER_OPERATION;
    return is_per_operation ? sum / run->operations : sum;
}

static double cpu_of(const struct stat_run *run)
{
    return (double)run->user_ns + (double)run->system_ns;
}

static size_t plain_runs(const struct stat_record *record)
{
    return record->run_count - stat_record_profiled_runs(record);
}

static bool has_operations(const struct stat_record *record)
{
    for (size_t i = 0; i < record->run_count; i++)
        if (record->runs[i].is_profiled && isnan(record->runs[i].operations))
            return false;
    return true;
}

/* --- series --- */

/* The next series, with room for a value of each run; NULL: no memory. */
static struct stat_series *add_series(struct stat_values *values, const char *program,
                                      enum stat_metric metric)
{
    struct stat_series *series = &values->items[values->count];
    *series = (struct stat_series){.program = program, .metric = metric};
    series->values = malloc((values->record->run_count + 1) * sizeof *series->values);
    values->count += series->values != NULL;
    return series->values ? series : NULL;
}

static bool finish_series(struct stat_series *series)
{
    series->least = INFINITY;
    series->most = -INFINITY;
    for (size_t i = 0; i < series->count; i++) {
        series->least = fmin(series->least, series->values[i]);
        series->most = fmax(series->most, series->values[i]);
    }
    series->is_exact = series->count > 1 && series->least == series->most;
    series->median = median_of(series->values, series->count, STAT_CONFIDENCE);
    return series->count == 0 || !isnan(series->median.value);
}

static bool add_memory(struct stat_values *values, const char *program)
{
    const struct stat_record *record = values->record;
    bool with_operations = has_operations(record);
    for (int metric = STAT_ALLOCS; metric <= STAT_BYTES_PER_OPERATION; metric++) {
        if (metric >= STAT_ALLOCS_PER_OPERATION && !with_operations)
            continue;
        struct stat_series *series = add_series(values, program, (enum stat_metric)metric);
        if (!series)
            return false;
        for (size_t i = 0; i < record->run_count; i++)
            if (record->runs[i].is_profiled)
                series->values[series->count++] =
                    value_of(&record->runs[i], program, (enum stat_metric)metric);
        if (!finish_series(series))
            return false;
    }
    return true;
}

/* Of the runs of one kind. */
static bool add_cpu(struct stat_values *values, enum stat_metric metric)
{
    const struct stat_record *record = values->record;
    struct stat_series *series = add_series(values, "", metric);
    for (size_t i = 0; i < record->run_count && series; i++)
        if (record->runs[i].is_profiled == (metric == STAT_CPU_RECORDED))
            series->values[series->count++] = cpu_of(&record->runs[i]);
    return series && finish_series(series);
}

/* A recorded run to the plain one beside it; where there are not as many, to their median. */
static bool add_slowdown(struct stat_values *values)
{
    const struct stat_record *record = values->record;
    const struct stat_series *plain = stat_values_find(values, "", STAT_CPU);
    struct stat_series *series = add_series(values, "", STAT_SLOWDOWN);
    if (!series)
        return false;
    bool are_pairs = plain->count == stat_record_profiled_runs(record);
    for (size_t i = 0; i < record->run_count; i++)
        if (record->runs[i].is_profiled) {
            double base = are_pairs ? plain->values[series->count] : plain->median.value;
            series->values[series->count++] = cpu_of(&record->runs[i]) / base;
        }
    return finish_series(series);
}

static bool find_programs(struct stat_values *values)
{
    const struct stat_record *record = values->record;
    size_t most = 0;
    for (size_t i = 0; i < record->run_count; i++)
        most += record->runs[i].program_count;
    values->programs = calloc(most + 1, sizeof *values->programs);
    if (!values->programs)
        return false;
    for (size_t i = 0; i < record->run_count; i++)
        for (size_t k = 0; k < record->runs[i].program_count; k++) {
            const char *name = record->runs[i].programs[k].name;
            size_t known = 0;
            while (known < values->program_count && strcmp(values->programs[known], name) != 0)
                known++;
            if (known == values->program_count)
                values->programs[values->program_count++] = name;
        }
    return true;
}

bool stat_values_init(struct stat_values *values, const struct stat_record *record)
{
    *values = (struct stat_values){.record = record};
    if (!find_programs(values))
        return false;
    values->items = calloc((values->program_count + 1) * STAT_METRICS, sizeof *values->items);
    bool has_memory = values->items != NULL, has_plain = plain_runs(record) > 0;
    for (size_t i = 0; i < values->program_count && has_memory; i++)
        has_memory = add_memory(values, values->programs[i]);
    if (has_memory && values->program_count > 1)
        has_memory = add_memory(values, "");
    has_memory = has_memory && add_cpu(values, has_plain ? STAT_CPU : STAT_CPU_RECORDED);
    if (has_memory && has_plain && stat_values_find(values, "", STAT_CPU)->least > 0)
        has_memory = add_slowdown(values);
    return has_memory;
}

void stat_values_deinit(struct stat_values *values)
{
    for (size_t i = 0; i < values->count; i++)
        free(values->items[i].values);
    free(values->items);
    free(values->programs);
}

const struct stat_series *stat_values_find(const struct stat_values *values, const char *program,
                                           enum stat_metric metric)
{
    if (!*program && values->program_count == 1 && metric < STAT_CPU)
        program = values->programs[0];
    for (size_t i = 0; i < values->count; i++)
        if (values->items[i].metric == metric && strcmp(values->items[i].program, program) == 0)
            return &values->items[i];
    return NULL;
}

/* --- two sides --- */

struct stat_change stat_values_compare(const struct stat_series *base,
                                       const struct stat_series *changed)
{
    struct stat_change change = {.share = NAN, .p = NAN, .runs = {base->count, changed->count}};
    size_t runs = base->count < changed->count ? base->count : changed->count;
    bool are_exact = base->is_exact && changed->is_exact, are_few = runs < RANK_SUM_RUNS;
    bool are_equal = base->median.value == changed->median.value;
    if (base->median.value != 0)
        change.share = changed->median.value / base->median.value - 1;
    if (are_exact && are_equal)
        change.verdict = STAT_SAME;
    else if (are_exact && runs >= STAT_EXACT_RUNS)
        change.verdict = STAT_CHANGED;
    else if (are_few)
        change.verdict = STAT_FEW_RUNS;
    else {
        change.p = rank_sum_p(base->values, base->count, changed->values, changed->count);
        change.verdict = change.p < ERROR ? STAT_DIFFERENT : STAT_ALIKE;
    }
    return change;
}

/* --- as text --- */

static void print_time(char text[static MEASURE_TEXT], double ns)
{
    static const struct {
        double ns;
        const char *unit;
    } units[] = {{1e9, "s"}, {1e6, "ms"}, {1e3, "us"}};
    size_t unit = 0;
    while (unit < 2 && ns < units[unit].ns)
        unit++;
    double number = ns / units[unit].ns;
    snprintf(text, MEASURE_TEXT, "%.*f %s",
             number < 10    ? 2
             : number < 100 ? 1
                            : 0,
             number, units[unit].unit);
}

/* A median of an even number of runs may be a half. */
static void print_number(char text[static MEASURE_TEXT], double number)
{
    int digits = number == floor(number) ? 0 : number < 100 ? 2 : 1;
    snprintf(text, MEASURE_TEXT, "%.*f", digits, number);
}

char *stat_metric_print(char text[static MEASURE_TEXT], enum stat_metric metric, double value)
{
    switch (metric) {
    case STAT_BYTES:
    case STAT_PEAK:
    case STAT_LIVE:
        return measure_bytes(text, value < 0x1p63 ? (uint64_t)llround(value) : INT64_MAX);
    case STAT_CPU:
    case STAT_CPU_RECORDED:
        print_time(text, value);
        break;
    case STAT_SLOWDOWN:
        snprintf(text, MEASURE_TEXT, "%.2fx", value);
        break;
    default:
        print_number(text, value);
    }
    return text;
}
