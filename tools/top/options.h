/* SPDX-License-Identifier: Apache-2.0
 *
 * What `memprof top` was asked for.
 */
#ifndef MEMPROF_TOOLS_TOP_OPTIONS_H
#define MEMPROF_TOOLS_TOP_OPTIONS_H

#include "collector/profile/graph.h"
#include "collector/profile/pattern.h"

#define TOP_COMMAND "top"

enum top_view { TOP_TABLE, TOP_STACKS, TOP_CALLERS, TOP_LISTING };

/* Which wrappers of the allocator are hidden. */
enum top_wrappers {
    TOP_WRAPPERS_HIDE,   /* those in the profile's drop_frames, and what looks like one */
    TOP_WRAPPERS_LISTED, /* those in the profile's drop_frames, as `go tool pprof` does */
    TOP_WRAPPERS_SHOW,   /* none */
};

/* An expression and what it was compiled to. */
struct top_pattern {
    const char *name; /* the option's, without dashes */
    const char *text; /* NULL: not given */
    struct pattern *compiled;
};

enum top_pattern_index {
    TOP_FOCUS,
    TOP_IGNORE,
    TOP_HIDE,
    TOP_SHOW,
    TOP_SUBJECT, /* of --callers or --list */
    TOP_PATTERNS,
};

struct top_options {
    enum top_view view;
    enum profile_granularity granularity;
    enum top_wrappers wrappers;
    const char *type; /* NULL: the profile's default */
    uint64_t limit;   /* rows or stacks; 0: the view's default */
    uint64_t frames;  /* of a stack; 0: all */
    bool by_cumulative, is_per_file, has_header;
    const char *source_path; /* directories, separated by colons; NULL: the current one */
    struct top_pattern patterns[TOP_PATTERNS];
};

/* -1: go on; else the exit status.  top_options_deinit() them in any case. */
int top_options_parse(struct top_options *options, int argc, char **argv);
void top_options_deinit(struct top_options *options);

#endif
