/* SPDX-License-Identifier: Apache-2.0
 *
 * What `memprof stat` was asked for.
 */
#ifndef MEMPROF_TOOLS_STAT_OPTIONS_H
#define MEMPROF_TOOLS_STAT_OPTIONS_H

#include <stdbool.h>
#include <stdint.h>

#include "collector/profile/pattern.h"

#define STAT_COMMAND "stat"

struct stat_options {
    uint64_t runs, plain_runs, warmup;
    double operations;            /* of each run; NAN: not given */
    const char *operations_regex; /* NULL: not given */
    struct pattern *operations_from;
    const char *program;   /* the main one; NULL: the first process's */
    const char *directory; /* of the result; NULL: the default */
    const char *compare;   /* a directory; NULL: none */
    const char *show;      /* a directory, and nothing is run; NULL: none */
    bool is_json, is_output_discarded;
    char **argv; /* the program and its arguments; NULL with `show` */
};

/* -1: go on, and settings of the library are in our environment; else the exit status.
 * stat_options_deinit() them in any case. */
int stat_options_parse(struct stat_options *options, int argc, char **argv);
void stat_options_deinit(struct stat_options *options);

#endif
