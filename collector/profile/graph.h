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

#include "collector/profile/profile.h"

/* What a row stands for. */
enum profile_granularity {
    PROFILE_BY_FUNCTION,
    PROFILE_BY_LINE,    /* function, file and line */
    PROFILE_BY_FILE,    /* source file */
    PROFILE_BY_MODULE,  /* program or library */
    PROFILE_BY_ADDRESS, /* one for each call instruction */
    PROFILE_BY_LISTING, /* as lines, or addresses where there are none; modules stay apart */
};

enum profile_inlining { PROFILE_NOT_INLINED, PROFILE_PARTLY_INLINED, PROFILE_INLINED };

struct profile_row {
    char *label;          /* how pprof prints it; owned by the graph */
    uint32_t name;        /* of the function, a string of the profile; 0: none */
    const char *function; /* the same as text; "": none, or not asked for */
    const char *file;     /* the same, without "." and ".."; the graph's or the profile's */
    const char *module;   /* where nothing else is known, and in listings */
    int64_t start_line;   /* in listings */
    int32_t line;         /* 0: none, or not asked for */
    uint64_t address;     /* the same */
    int64_t flat, cumulative;
    enum profile_inlining inlining; /* into all of its callers, or some */
};

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
