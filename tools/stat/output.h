/* SPDX-License-Identifier: Apache-2.0
 *
 * Where the output of a run's program goes, and the number that is read from it.
 */
#ifndef MEMPROF_TOOLS_STAT_OUTPUT_H
#define MEMPROF_TOOLS_STAT_OUTPUT_H

#include <stddef.h>

#include "tools/launch.h"
#include "tools/stat/options.h"

#define STAT_OUTPUT_STREAMS 2

/* One of stdout and stderr, heard through a pipe. */
struct stat_stream {
    int read_fd, write_fd; /* 0: it is not heard */
    int shown_fd;          /* where it goes on to; -1: nowhere */
    char *line;            /* what has come of one */
    size_t length;
};

struct stat_output {
    const struct stat_options *options;
    int input_fd, null_fd, stderr_fd; /* 0: not open */
    off_t input_start;
    struct stat_stream streams[STAT_OUTPUT_STREAMS];
    double operations;   /* of the last match; NAN: none yet */
    struct error *error; /* a match that is no number */
};

/* For all runs: looks at what our standard descriptors are.  stat_output_deinit() it in any
 * case. */
struct error *stat_output_init(struct stat_output *output, const struct stat_options *options);
void stat_output_deinit(struct stat_output *output);

/* Before and after a run: its standard descriptors, and whether its output is heard. */
struct error *stat_output_begin(struct stat_output *output, struct launch *launch);
/* *operations: what --ops or --ops-from says; NAN: neither was given. */
struct error *stat_output_end(struct stat_output *output, double *operations);

#endif
