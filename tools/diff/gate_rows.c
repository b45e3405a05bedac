/* SPDX-License-Identifier: Apache-2.0 */
#include "tools/diff/gate_rows.h"

#include <math.h>

#include "collector/profile/pattern.h"

#define LOST_MAX 0.001 /* share of an exact run's events */

bool gate_rows_function_matches(const struct site_table *table, uint32_t function,
                                const struct pattern *pattern)
{
    const struct site_function *of = &table->functions.items[function];
    return pattern_matches(pattern, site_table_text(table, of->name)) ||
           pattern_matches(pattern, site_table_text(table, of->shown));
}

/* Whose call site it is: that of the code that calls the C and C++ libraries there, or else of the
 * code that allocates. */
static enum code code_of_site(const struct sides *sides, uint32_t site)
{
    const struct site_table *table = &sides->table;
    for (uint32_t path = table->site_paths.items[site]; path;
         path = site_table_parent(table, path)) {
        uint32_t module = table->functions.items[site_table_function(table, path)].module;
        enum code code = ownership_code((void *)&sides->ownership, site_table_text(table, module));
        if (code != CODE_SYSTEM)
            return code;
    }
    return CODE_SYSTEM;
}

static bool is_about(const struct sides *sides, uint32_t row, enum gate_subject subject,
                     const struct pattern *pattern)
{
    const struct compare_row *of = &sides->comparison.rows.items[row];
    switch (subject) {
    case GATE_TOTAL:
        return true;
    case GATE_FUNCTIONS:
        return gate_rows_function_matches(&sides->table, of->id, pattern);
    case GATE_MODULES:
        return pattern_matches(pattern, site_table_text(&sides->table, of->id));
    case GATE_OWN:
        return code_of_site(sides, of->id) == CODE_OWN;
    case GATE_REST:
        return code_of_site(sides, of->id) != CODE_OWN;
    case GATE_NEW_SITES:
        return !of->in_base;
    }
    return false;
}

uint32_t gate_rows_select(const struct sides *sides, enum gate_subject subject,
                          const struct pattern *pattern, uint32_t *rows)
{
    static const enum compare_kind kinds[] = {
        [GATE_TOTAL] = COMPARE_TOTAL,    [GATE_FUNCTIONS] = COMPARE_FUNCTION,
        [GATE_MODULES] = COMPARE_MODULE, [GATE_OWN] = COMPARE_SITE,
        [GATE_REST] = COMPARE_SITE,      [GATE_NEW_SITES] = COMPARE_SITE};
    const struct comparison *comparison = &sides->comparison;
    uint32_t count = 0, end = comparison->first[kinds[subject] + 1];
    for (uint32_t row = comparison->first[kinds[subject]]; row < end; row++)
        if (is_about(sides, row, subject, pattern))
            rows[count++] = row;
    return count;
}

bool gate_rows_are_known(const struct sides *sides, enum gate_subject subject,
                         const struct pattern *pattern)
{
    const struct site_table *table = &sides->table;
    if (subject != GATE_FUNCTIONS && subject != GATE_MODULES)
        return true;
    for (uint32_t i = 1; i < table->functions.count; i++)
        if (subject == GATE_FUNCTIONS
                ? gate_rows_function_matches(table, i, pattern)
                : pattern_matches(pattern,
                                  site_table_text(table, table->functions.items[i].module)))
            return true;
    return false;
}

void gate_rows_measure(const struct sides *sides, const uint32_t *rows, uint32_t count,
                       enum metric metric, struct measured *runs)
{
    comparison_measure(&sides->comparison, rows, count, metric_value(metric), runs);
    for (size_t i = 0; i < sides->run_count; i++) {
        const struct side_run *run = &sides->runs[i];
        if (metric == METRIC_PEAK) {
            runs[i] = (struct measured){.value = run->peak[1], .interval = 1};
        } else if (metric_is_per_operation(metric)) {
            runs[i].value /= run->operations;
            runs[i].sampled /= run->operations;
            runs[i].per_mark /= run->operations;
        }
    }
}

const char *gate_rows_run_hindrance(const struct sides *sides, const struct side_run *run,
                                    enum metric metric)
{
    double interval = sides->table.runs.items[run - sides->runs].interval;
    if (!run->is_exact && interval <= 1)
        return "a file does not say how it was sampled";
    if (run->exit_status != 0)
        return "a run of the program failed";
    if (run->is_exact && run->lost > LOST_MAX)
        return "a run lost more than 0.1 % of its events";
    if (metric == METRIC_PEAK && isnan(run->peak[1]))
        return "a file does not say its peak";
    if (metric_is_per_operation(metric) && (!(run->operations > 0) || isinf(run->operations)))
        return "it is not known how many operations a run had (memprof stat --ops or --ops-from "
               "says it)";
    return NULL;
}
