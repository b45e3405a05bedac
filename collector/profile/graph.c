/* SPDX-License-Identifier: Apache-2.0
 *
 * Walks the samples as pprof does: once to see which rows are large enough, and again
 * with only these, so that edges lead over what was dropped.
 */
#include "collector/profile/graph.h"
#include "collector/base/budget.h"
#include "collector/profile/hash.h"
#include "collector/profile/rows.h"
#include "collector/profile/stack.h"

#include <stdlib.h>
#include <string.h>

#define EDGE_FRACTION 0.2 /* of the smallest row's part, below which edges are dropped: pprof's */
#define NONE          UINT32_MAX

struct profile_graph_parts {
    struct profile_rows rows;
    struct profile_stack stack;
    uint32_t *row_seen_in;  /* by row: the last sample + 1 */
    bool *is_kept;          /* by row */
    uint32_t *edge_seen_in; /* by edge */
    uint32_t edge_capacity;
    struct hash_index edge_index;
};

static uint64_t magnitude(int64_t value)
{
    return value < 0 ? -(uint64_t)value : (uint64_t)value;
}

static void add(int64_t *sum, int64_t value)
{
    *sum = (int64_t)((uint64_t)*sum + (uint64_t)value); /* wraps as Go's does */
}

static bool is_base_sample(const struct profile *profile, const struct profile_sample *sample)
{
    for (uint32_t i = 0; i < sample->label_count; i++) {
        const struct profile_label *label = &profile->labels.items[sample->label_first + i];
        if (strcmp(profile_string(profile, label->key), "pprof::base") == 0 &&
            strcmp(profile_string(profile, label->text), "true") == 0)
            return true;
    }
    return false;
}

int64_t profile_graph_total(const struct profile *profile, int type)
{
    uint64_t total = 0, base = 0;
    for (uint32_t i = 0; i < profile->samples.count; i++) {
        int64_t value = profile->values.items[(size_t)i * profile->types.count + (size_t)type];
        total += magnitude(value);
        if (is_base_sample(profile, &profile->samples.items[i]))
            base += magnitude(value);
    }
    return (int64_t)(base ? base : total);
}

/* ---- edges ---- */

static bool grow_edges(struct profile_graph *graph)
{
    struct profile_graph_parts *parts = graph->parts;
    uint32_t capacity = parts->edge_capacity ? parts->edge_capacity * 2 : 256;
    struct profile_edge *edges = realloc(graph->edges, (size_t)capacity * sizeof(*edges));
    if (!edges)
        return false;
    graph->edges = edges;
    uint32_t *seen_in = realloc(parts->edge_seen_in, (size_t)capacity * sizeof(*seen_in));
    if (!seen_in)
        return false;
    parts->edge_seen_in = seen_in;
    parts->edge_capacity = capacity;
    return true;
}

/* Edge + 1; 0: no memory. */
static uint32_t find_edge(struct profile_graph *graph, uint32_t caller, uint32_t callee)
{
    struct profile_graph_parts *parts = graph->parts;
    struct hash_index *index = &parts->edge_index;
    if (!hash_reserve(index))
        return 0;
    uint64_t hash = hash_pair(caller, callee);
    uint32_t slot = hash_first(index, hash), known;
    for (; (known = index->slots[slot].record); slot = hash_next(index, slot, hash))
        if (graph->edges[known - 1].caller == caller && graph->edges[known - 1].callee == callee)
            return known;
    if (graph->edge_count == parts->edge_capacity && !grow_edges(graph))
        return 0;
    graph->edges[graph->edge_count] = (struct profile_edge){caller, callee, 0, true};
    parts->edge_seen_in[graph->edge_count++] = 0;
    hash_set(index, slot, hash, graph->edge_count);
    return graph->edge_count;
}

static bool add_to_edge(struct profile_graph *graph, uint32_t caller, uint32_t callee,
                        bool is_inlined, uint32_t sample, int64_t value)
{
    uint32_t edge = find_edge(graph, caller, callee);
    if (edge == 0)
        return false;
    edge--;
    if (graph->parts->edge_seen_in[edge] != sample + 1) {
        graph->parts->edge_seen_in[edge] = sample + 1;
        add(&graph->edges[edge].weight, value);
        graph->edges[edge].is_inlined &= is_inlined;
    }
    return true;
}

/* ---- samples ---- */

/* What a walk over a stack remembers from frame to frame. */
struct walk {
    uint32_t sample;
    int64_t value;
    uint32_t caller;  /* the last row that is kept, or NONE */
    bool is_residual; /* and the frames after it were not */
};

static bool enter_row(struct profile_graph *graph, struct walk *walk, uint32_t row, bool is_inlined,
                      bool wants_edges)
{
    struct profile_graph_parts *parts = graph->parts;
    if (!parts->is_kept[row]) {
        walk->is_residual = true;
        return true;
    }
    if (parts->row_seen_in[row] != walk->sample + 1)
        add(&graph->rows[row].cumulative, walk->value);
    parts->row_seen_in[row] = walk->sample + 1;
    if (walk->caller != NONE && walk->caller != row &&
        (wants_edges || parts->rows.may_be_inlined[row]) &&
        !add_to_edge(graph, walk->caller, row, is_inlined, walk->sample, walk->value))
        return false;
    walk->caller = row;
    walk->is_residual = false;
    return true;
}

static bool add_sample(struct profile_graph *graph, const struct profile *profile,
                       struct walk *walk, bool wants_edges)
{
    struct profile_graph_parts *parts = graph->parts;
    for (uint32_t i = parts->stack.depth; i-- > 0;) {
        uint32_t location = profile->nodes.items[parts->stack.nodes[i]].location;
        uint32_t first = parts->rows.first_slot[location];
        uint32_t count = parts->rows.first_slot[location + 1] - first;
        for (uint32_t line = count; line-- > 0;)
            if (budget_is_over() || !enter_row(graph, walk, parts->rows.of_slot[first + line],
                                               line + 1 != count, wants_edges))
                return false;
    }
    if (walk->caller != NONE && !walk->is_residual)
        add(&graph->rows[walk->caller].flat, walk->value);
    return true;
}

/* With the rows that are kept. */
static bool walk_samples(struct profile_graph *graph, const struct profile *profile, int type,
                         bool wants_edges)
{
    struct profile_graph_parts *parts = graph->parts;
    hash_deinit(&parts->edge_index);
    parts->edge_index = (struct hash_index){0};
    graph->edge_count = 0;
    for (uint32_t i = 0; i < graph->row_count; i++) {
        graph->rows[i].flat = graph->rows[i].cumulative = 0;
        parts->row_seen_in[i] = 0;
    }
    for (uint32_t i = 0; i < profile->samples.count; i++) {
        struct walk walk = {
            .sample = i,
            .value = profile->values.items[(size_t)i * profile->types.count + (size_t)type],
            .caller = NONE,
        };
        if (walk.value == 0)
            continue;
        if (!profile_stack_read(&parts->stack, profile, profile->samples.items[i].node) ||
            !add_sample(graph, profile, &walk, wants_edges))
            return false;
    }
    return true;
}

/* ---- order and size ---- */

static int compare_rows(const void *left, const void *right, void *context)
{
    const struct profile_graph *graph = context;
    const struct profile_row *a = &graph->rows[*(const uint32_t *)left];
    const struct profile_row *b = &graph->rows[*(const uint32_t *)right];
    if (magnitude(a->flat) != magnitude(b->flat))
        return magnitude(a->flat) > magnitude(b->flat) ? -1 : 1;
    int names = strcmp(a->label, b->label);
    if (names != 0)
        return names;
    if (magnitude(a->cumulative) != magnitude(b->cumulative))
        return magnitude(a->cumulative) > magnitude(b->cumulative) ? -1 : 1;
    return a < b ? -1 : a > b;
}

static int compare_cumulative(const void *left, const void *right, void *context)
{
    const struct profile_graph *graph = context;
    const struct profile_row *a = &graph->rows[*(const uint32_t *)left];
    const struct profile_row *b = &graph->rows[*(const uint32_t *)right];
    if (magnitude(a->cumulative) != magnitude(b->cumulative))
        return magnitude(a->cumulative) > magnitude(b->cumulative) ? -1 : 1;
    int names = strcmp(a->label, b->label);
    if (names != 0)
        return names;
    return compare_rows(left, right, context);
}

static uint64_t part_of_sum(const struct profile_graph *graph, double part)
{
    int64_t sum = 0;
    for (uint32_t i = 0; i < graph->row_count; i++)
        add(&sum, graph->rows[i].flat);
    return magnitude((int64_t)((double)sum * part));
}

/* Forgets rows of value 0, then those below the cutoff. */
static void keep_large(struct profile_graph *graph, uint64_t cutoff)
{
    graph->kept_count = graph->dropped_count = 0;
    for (uint32_t i = 0; i < graph->row_count; i++) {
        const struct profile_row *row = &graph->rows[i];
        bool is_there = row->flat != 0 || row->cumulative != 0;
        graph->parts->is_kept[i] = is_there && magnitude(row->cumulative) >= cutoff;
        if (graph->parts->is_kept[i])
            graph->shown[graph->kept_count++] = i;
        else
            graph->dropped_count += is_there;
    }
}

static void limit_rows(struct profile_graph *graph, const struct profile_graph_options *options)
{
    if (graph->kept_count)
        qsort_r(graph->shown, graph->kept_count, sizeof(*graph->shown),
                options->by_cumulative ? compare_cumulative : compare_rows, graph);
    graph->shown_count = graph->kept_count;
    if (options->limit && graph->shown_count > options->limit)
        graph->shown_count = options->limit;
    for (uint32_t i = graph->shown_count; i < graph->kept_count; i++)
        graph->parts->is_kept[graph->shown[i]] = false;
}

/* Drops small edges, and tells from the others what was inlined. */
static void judge_edges(struct profile_graph *graph, uint64_t cutoff)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < graph->edge_count; i++)
        if (magnitude(graph->edges[i].weight) >= cutoff)
            graph->edges[count++] = graph->edges[i];
    graph->edge_count = count;
    /* First as if there were only inlined callers, then with the others. */
    for (uint32_t i = 0; i < count; i++)
        if (graph->edges[i].is_inlined)
            graph->rows[graph->edges[i].callee].inlining = PROFILE_INLINED;
    for (uint32_t i = 0; i < count; i++) {
        struct profile_row *callee = &graph->rows[graph->edges[i].callee];
        if (!graph->edges[i].is_inlined && callee->inlining == PROFILE_INLINED)
            callee->inlining = PROFILE_PARTLY_INLINED;
    }
}

/* ---- the whole ---- */

static bool create(struct profile_graph *graph, const struct profile *profile, int type,
                   const struct profile_graph_options *options)
{
    struct profile_graph_parts *parts = graph->parts = calloc(1, sizeof(*parts));
    if (!parts || !profile_rows_init(&parts->rows, profile, options->granularity))
        return false;
    graph->rows = parts->rows.items;
    graph->row_count = parts->rows.count;
    size_t count = (size_t)graph->row_count + 1;
    parts->row_seen_in = calloc(count, sizeof(*parts->row_seen_in));
    parts->is_kept = malloc(count);
    graph->shown = malloc(count * sizeof(*graph->shown));
    if (!parts->row_seen_in || !parts->is_kept || !graph->shown)
        return false;
    memset(parts->is_kept, true, count);
    if (!walk_samples(graph, profile, type, options->wants_edges))
        return false;
    uint64_t cutoff = part_of_sum(graph, options->least);
    uint64_t edge_cutoff = part_of_sum(graph, options->least * EDGE_FRACTION);
    keep_large(graph, cutoff);
    limit_rows(graph, options);
    if (graph->dropped_count || graph->shown_count < graph->kept_count)
        if (!walk_samples(graph, profile, type, options->wants_edges))
            return false;
    judge_edges(graph, edge_cutoff);
    return true;
}

struct error *profile_graph_create(const struct profile *profile, int type,
                                   const struct profile_graph_options *options,
                                   struct profile_graph *graph)
{
    *graph = (struct profile_graph){0};
    if (type < 0 || (uint32_t)type >= profile->types.count)
        return error_create("cannot add up the profile: it has no such values");
    if (create(graph, profile, type, options))
        return NULL;
    profile_graph_destroy(graph);
    return budget_error("cannot add up the profile");
}

void profile_graph_destroy(struct profile_graph *graph)
{
    if (graph->parts) {
        profile_rows_deinit(&graph->parts->rows);
        profile_stack_deinit(&graph->parts->stack);
        hash_deinit(&graph->parts->edge_index);
        free(graph->parts->row_seen_in);
        free(graph->parts->is_kept);
        free(graph->parts->edge_seen_in);
        free(graph->parts);
    }
    free(graph->shown);
    free(graph->edges);
    *graph = (struct profile_graph){0};
}
