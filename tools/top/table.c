/* SPDX-License-Identifier: Apache-2.0
 *
 * Rows of a graph in pprof's columns.
 */
#include "tools/top/table.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tools/cli.h"

#define LEAST_FRACTION 0.005 /* of the total, that a row must have; pprof's default */

/* Flat, or cumulative where that is 0. */
struct measure table_measure(const struct reading *reading, const struct profile_graph *graph)
{
    int64_t smallest = 0;
    for (uint32_t i = 0; i < graph->shown_count; i++) {
        const struct profile_row *row = &graph->rows[graph->shown[i]];
        int64_t value = llabs(row->flat ? row->flat : row->cumulative);
        if (value && (!smallest || value < smallest))
            smallest = value;
    }
    return measure_choose(reading_unit(reading), smallest, reading->total);
}

void table_print_summary(const struct reading *reading, const struct profile_graph *graph,
                         const struct measure *measure, double least)
{
    char flat[MEASURE_TEXT], total[MEASURE_TEXT], percentage[MEASURE_TEXT];
    int64_t sum = 0;
    for (uint32_t i = 0; i < graph->shown_count; i++)
        sum += graph->rows[graph->shown[i]].flat;
    measure_percentage(percentage, sum, reading->total);
    printf("Showing nodes accounting for %s, %s of %s total\n", measure_value(flat, measure, sum),
           percentage + strspn(percentage, " "), measure_value(total, measure, reading->total));
    if (reading->total && graph->dropped_count)
        printf("Dropped %" PRIu32 " node%s (cum <= %s)\n", graph->dropped_count,
               graph->dropped_count > 1 ? "s" : "",
               measure_value(flat, measure, (int64_t)((double)reading->total * least)));
    if (reading->total && graph->shown_count && graph->shown_count < graph->kept_count)
        printf("Showing top %" PRIu32 " nodes out of %" PRIu32 "\n", graph->shown_count,
               graph->kept_count);
}

void table_print_values(const struct reading *reading, const struct profile_row *row,
                        const struct measure *measure, int64_t sum)
{
    char flat[MEASURE_TEXT], flat_percentage[MEASURE_TEXT], sum_percentage[MEASURE_TEXT];
    char cumulative[MEASURE_TEXT], cumulative_percentage[MEASURE_TEXT];
    printf("%10s %s %s %10s %s", measure_value(flat, measure, row->flat),
           measure_percentage(flat_percentage, row->flat, reading->total),
           measure_percentage(sum_percentage, sum, reading->total),
           measure_value(cumulative, measure, row->cumulative),
           measure_percentage(cumulative_percentage, row->cumulative, reading->total));
}

static void print_row(const struct reading *reading, const struct profile_row *row,
                      const struct measure *measure, int64_t sum)
{
    static const char *const inlining[] = {
        [PROFILE_NOT_INLINED] = "",
        [PROFILE_PARTLY_INLINED] = " (partial-inline)",
        [PROFILE_INLINED] = " (inline)",
    };
    table_print_values(reading, row, measure, sum);
    fputs("  ", stdout);
    cli_put(row->label, 0);
    puts(inlining[row->inlining]);
}

struct error *table_print(const struct reading *reading, const struct top_options *options)
{
    const struct profile_graph_options graph_options = {
        .granularity = options->granularity,
        .least = LEAST_FRACTION,
        .limit = (uint32_t)options->limit,
        .by_cumulative = options->by_cumulative,
    };
    struct profile_graph graph;
    struct error *error =
        profile_graph_create(reading->profile, reading->type, &graph_options, &graph);
    if (error)
        return error;
    struct measure measure = table_measure(reading, &graph);
    if (options->has_header) {
        table_print_summary(reading, &graph, &measure, LEAST_FRACTION);
        printf("%10s %5s%% %5s%% %10s %5s%%\n", "flat", "flat", "sum", "cum", "cum");
    }
    int64_t sum = 0;
    for (uint32_t i = 0; i < graph.shown_count; i++) {
        const struct profile_row *row = &graph.rows[graph.shown[i]];
        sum += row->flat;
        print_row(reading, row, &measure, sum);
    }
    profile_graph_destroy(&graph);
    return NULL;
}
