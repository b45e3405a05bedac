/* SPDX-License-Identifier: Apache-2.0
 *
 * Above a function's row its callers, below it what it calls.
 */
#include "tools/top/callers.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tools/cli.h"
#include "tools/top/table.h"

static const char separator[] =
    "----------------------------------------------------------+-------------";

/* Edges of each row, in their order: items[first[row] .. first[row + 1]). */
struct edge_lists {
    uint32_t *first, *items;
};

struct printing {
    const struct reading *reading;
    const struct profile_graph *graph;
    struct edge_lists to_callers, to_callees;
    struct measure measure;
    int64_t sum;
};

static int compare_edges(const void *left, const void *right, void *context)
{
    const struct profile_graph *graph = context;
    const struct profile_edge *a = left, *b = right;
    if (llabs(a->weight) != llabs(b->weight))
        return llabs(a->weight) > llabs(b->weight) ? -1 : 1;
    int names = strcmp(graph->rows[a->caller].label, graph->rows[b->caller].label);
    return names ? names : strcmp(graph->rows[a->callee].label, graph->rows[b->callee].label);
}

static uint32_t end_of(const struct profile_edge *edge, bool is_caller)
{
    return is_caller ? edge->caller : edge->callee;
}

/* Groups the edges by the row that they are listed for, which is their caller or their callee.
 * False: no memory. */
static bool list_edges(struct edge_lists *lists, const struct profile_graph *graph, bool is_caller)
{
    lists->first = calloc((size_t)graph->row_count + 2, sizeof *lists->first);
    lists->items = malloc(((size_t)graph->edge_count + 1) * sizeof *lists->items);
    if (!lists->first || !lists->items)
        return false;
    /* Counts are kept two indexes further: after the prefix sums, filling in moves first[i + 1]
     * from where row i's edges begin to where they end. */
    for (uint32_t i = 0; i < graph->edge_count; i++)
        lists->first[end_of(&graph->edges[i], is_caller) + 2]++;
    for (uint32_t i = 1; i < graph->row_count + 2; i++)
        lists->first[i] += lists->first[i - 1];
    for (uint32_t i = 0; i < graph->edge_count; i++)
        lists->items[lists->first[end_of(&graph->edges[i], is_caller) + 1]++] = i;
    return true;
}

static void edge_lists_free(struct edge_lists *lists)
{
    free(lists->first);
    free(lists->items);
}

static void print_edge(const struct printing *at, const struct profile_edge *edge,
                       const struct profile_row *other, int64_t of)
{
    char value[MEASURE_TEXT], percentage[MEASURE_TEXT];
    printf("%50s %s |   ", measure_value(value, &at->measure, edge->weight),
           measure_percentage(percentage, edge->weight, of));
    cli_put(other->label, 0);
    puts(edge->is_inlined ? " (inline)" : "");
}

static void print_node(struct printing *at, const struct profile_row *row)
{
    at->sum += row->flat;
    table_print_values(at->reading, row, &at->measure, at->sum);
    fputs("                | ", stdout);
    cli_put(row->label, 0);
    putchar('\n');
}

static void print_function(struct printing *at, uint32_t index)
{
    const struct profile_graph *graph = at->graph;
    const struct profile_row *row = &graph->rows[index];
    puts(separator);
    for (uint32_t i = at->to_callers.first[index]; i < at->to_callers.first[index + 1]; i++) {
        const struct profile_edge *edge = &graph->edges[at->to_callers.items[i]];
        print_edge(at, edge, &graph->rows[edge->caller], row->cumulative);
    }
    print_node(at, row);
    for (uint32_t i = at->to_callees.first[index]; i < at->to_callees.first[index + 1]; i++) {
        const struct profile_edge *edge = &graph->edges[at->to_callees.items[i]];
        print_edge(at, edge, &graph->rows[edge->callee], row->cumulative);
    }
}

/* Returns how many functions match. */
static uint32_t print_functions(struct printing *at, const struct top_options *options)
{
    const struct profile_graph *graph = at->graph;
    uint32_t count = 0;
    for (uint32_t i = 0; i < graph->shown_count && (!options->limit || count < options->limit);
         i++) {
        if (!pattern_matches(options->patterns[TOP_SUBJECT].compiled,
                             graph->rows[graph->shown[i]].label))
            continue;
        if (++count == 1 && options->has_header) {
            puts(separator);
            puts("      flat  flat%   sum%        cum   cum%   calls calls% + context");
        }
        print_function(at, graph->shown[i]);
    }
    if (count)
        puts(separator);
    return count;
}

struct error *callers_print(const struct reading *reading, const struct top_options *options,
                            uint32_t *count)
{
    const struct profile_graph_options graph_options = {
        .granularity = options->granularity,
        .by_cumulative = options->by_cumulative,
        .wants_edges = true,
    };
    struct profile_graph graph;
    struct error *error =
        profile_graph_create(reading->profile, reading->type, &graph_options, &graph);
    if (error)
        return error;
    struct printing at = {
        .reading = reading, .graph = &graph, .measure = table_measure(reading, &graph)};
    if (graph.edge_count)
        qsort_r(graph.edges, graph.edge_count, sizeof *graph.edges, compare_edges, &graph);
    if (list_edges(&at.to_callers, &graph, false) && list_edges(&at.to_callees, &graph, true)) {
        if (options->has_header)
            table_print_summary(reading, &graph, &at.measure, 0);
        *count = print_functions(&at, options);
    } else {
        error = error_no_memory();
    }
    edge_lists_free(&at.to_callers);
    edge_lists_free(&at.to_callees);
    profile_graph_destroy(&graph);
    return error;
}
