/* SPDX-License-Identifier: Apache-2.0
 *
 * The options of all commands.  A command names its own; --help, --version and what is
 * said of unknown options and of values that make no sense are the same everywhere.
 */
#ifndef MEMPROF_TOOLS_OPTIONS_H
#define MEMPROF_TOOLS_OPTIONS_H

#include <getopt.h>
#include <stddef.h>
#include <stdint.h>

#include "collector/base/error.h"
#include "collector/profile/pattern.h"

struct options {
    const char *command;
    const char *help;          /* what --help prints */
    const char *letters;       /* its short options as getopt has them, without h and V;
                                * a "+" in front: options end at the first argument */
    const struct option *list; /* its long options; the last one has no name */
    /* Takes one option; `value` is NULL where it has none. */
    struct error *(*take)(void *context, int option, const char *value);
    void *context;
};

/* -1: all were taken, and the arguments begin at argv[optind]; else the exit status. */
int options_parse(const struct options *options, int argc, char **argv);

/* Values.  `option` is the long option's name, `example` a value that would do. */
struct error *options_number(const char *option, const char *text, uint64_t least, uint64_t most,
                             const char *example, uint64_t *number);
/* Compiles a regular expression and puts it in the place of *pattern, which is destroyed. */
struct error *options_pattern(const char *option, const char *text, struct pattern **pattern);
/* Finds the text among the names and says in *index which of them it is. */
struct error *options_choose(const char *option, const char *text, const char *const *names,
                             size_t count, size_t *index);

#endif
