/* SPDX-License-Identifier: Apache-2.0
 *
 * Counts callers and callees in the call graph, and where in a function its calls are.
 *
 * A wrapper's own code calls the allocator and little else.  Of a function's code a profile
 * has the lines of its calls: a wrapper has few, not far below the line where it begins.
 * A function without lines is not taken for a wrapper.
 */
#include "collector/profile/wrappers.h"
#include "collector/base/error.h"
#include "collector/profile/graph.h"

#include <stdlib.h>
#include <string.h>

#define CALLERS_LEAST   8
#define CALLS_MOST      3  /* different lines */
#define LINES_DOWN_MOST 12 /* from the line of the function's name to that of its call */

/* What is known of the functions of one name. */
struct shape {
    int32_t calls[CALLS_MOST]; /* lines */
    uint32_t call_count;       /* CALLS_MOST + 1: more */
    int64_t lines_down;        /* the largest; -1: no line is known */
};

struct facts {
    uint32_t callers;
    bool is_wrapper, calls_others;
};

static void add_call(struct shape *shape, int32_t call)
{
    for (uint32_t i = 0; i < shape->call_count && i < CALLS_MOST; i++)
        if (shape->calls[i] == call)
            return;
    if (shape->call_count < CALLS_MOST)
        shape->calls[shape->call_count] = call;
    if (shape->call_count <= CALLS_MOST)
        shape->call_count++;
}

/* By name (string). */
static void measure_shapes(const struct profile *profile, struct shape *shapes)
{
    for (uint32_t i = 0; i < profile->strings.count; i++)
        shapes[i].lines_down = -1;
    for (uint32_t i = 1; i < profile->locations.count; i++) {
        const struct profile_location *location = &profile->locations.items[i];
        for (uint32_t j = 0; j < location->line_count; j++) {
            const struct profile_line *line = &profile->lines.items[location->line_first + j];
            const struct profile_function *function = &profile->functions.items[line->function];
            struct shape *shape = &shapes[function->name];
            add_call(shape, line->line);
            if (line->line > 0 && function->start_line > 0 &&
                line->line - function->start_line > shape->lines_down)
                shape->lines_down = line->line - function->start_line;
        }
    }
}

static bool is_thin(const struct shape *shape)
{
    return shape->call_count <= CALLS_MOST && shape->lines_down >= 0 &&
           shape->lines_down <= LINES_DOWN_MOST;
}

/* By row.  A function that calls one that is no wrapper is none either; repeated until nothing
 * changes. */
static void judge(const struct profile_graph *graph, struct facts *facts)
{
    for (uint32_t i = 0; i < graph->edge_count; i++)
        facts[graph->edges[i].callee].callers++;
    for (uint32_t i = 0; i < graph->row_count; i++)
        facts[i].is_wrapper &= facts[i].callers >= CALLERS_LEAST;
    for (uint32_t i = 0; i < graph->edge_count; i++)
        facts[graph->edges[i].caller].calls_others = true;
    /* Only those that call nothing, and those that call only these. */
    for (bool has_changed = true; has_changed;) {
        has_changed = false;
        for (uint32_t i = 0; i < graph->edge_count; i++) {
            struct facts *caller = &facts[graph->edges[i].caller];
            const struct facts *callee = &facts[graph->edges[i].callee];
            if (caller->is_wrapper && (!callee->is_wrapper || callee->calls_others)) {
                caller->is_wrapper = false;
                has_changed = true;
            }
        }
    }
}

/* False: no memory. */
static bool judge_rows(const struct profile *profile, const struct profile_graph *graph,
                       bool *is_wrapper_name)
{
    struct shape *shapes = calloc(profile->strings.count, sizeof(*shapes));
    struct facts *facts = calloc((size_t)graph->row_count + 1, sizeof(*facts));
    bool has_memory = shapes && facts;
    if (has_memory) {
        measure_shapes(profile, shapes);
        for (uint32_t i = 0; i < graph->row_count; i++)
            facts[i].is_wrapper = graph->rows[i].name != 0 && is_thin(&shapes[graph->rows[i].name]);
        judge(graph, facts);
        for (uint32_t i = 0; i < graph->row_count; i++)
            is_wrapper_name[graph->rows[i].name] |= facts[i].is_wrapper;
    }
    free(shapes);
    free(facts);
    return has_memory;
}

bool *profile_wrappers_find(const struct profile *profile, int type)
{
    const struct profile_graph_options options = {.wants_edges = true};
    struct profile_graph graph;
    struct error *error = profile_graph_create(profile, type, &options, &graph);
    bool *is_wrapper = calloc(profile->functions.count, sizeof(*is_wrapper));
    bool *is_wrapper_name = calloc(profile->strings.count, sizeof(*is_wrapper_name));
    bool has_memory =
        !error && is_wrapper && is_wrapper_name && judge_rows(profile, &graph, is_wrapper_name);
    for (uint32_t i = 1; has_memory && i < profile->functions.count; i++)
        is_wrapper[i] = is_wrapper_name[profile->functions.items[i].name];
    free(is_wrapper_name);
    profile_graph_destroy(&graph);
    error_destroy(error);
    if (has_memory)
        return is_wrapper;
    free(is_wrapper);
    return NULL;
}
