/* SPDX-License-Identifier: Apache-2.0
 *
 * A profile's samples added up by function, line, file, module or address, and who calls
 * whom: the numbers of `go tool pprof -top` and `-peek`.
 *
 * A row's flat value is that of the samples whose leaf it is, its cumulative one that of
 * all samples it is in, each once.
 */
#ifndef MEMPROF_COLLECTOR_PROFILE_GRAPH_H
#define MEMPROF_COLLECTOR_PROFILE_GRAPH_H

#include "collector/profile/rows.h"

struct profile_edge {
    uint32_t caller, callee; /* rows */
    int64_t weight;
    bool is_inlined;
};

struct profile_graph {
    struct profile_row *rows;
    uint32_t row_count; /* rows whose values are 0 are among them, but not shown */
    uint32_t *shown;    /* rows in the order of the table */
    uint32_t shown_count, kept_count, dropped_count; /* kept: large enough to be shown */
    struct profile_edge *edges; /* of all that are shown, or without `wants_edges` of some */
    uint32_t edge_count;
    struct profile_graph_parts *parts;
};

struct profile_graph_options {
    enum profile_granularity granularity;
    double least;       /* rows with a smaller part of the sum are dropped; pprof: 0.005 */
    uint32_t limit;     /* most rows to show; 0: no limit */
    bool by_cumulative; /* order; else by flat */
    bool wants_edges;
};

/* Neither drop_frames nor any filter is applied here.  The profile must outlive the graph. */
struct error *profile_graph_create(const struct profile *profile, int type,
                                   const struct profile_graph_options *options,
                                   struct profile_graph *graph);
void profile_graph_destroy(struct profile_graph *graph);

/* The total that percentages refer to: the sum of |value|; of a difference, that of its base. */
int64_t profile_graph_total(const struct profile *profile, int type);

#endif
