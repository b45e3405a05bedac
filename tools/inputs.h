/* SPDX-License-Identifier: Apache-2.0
 *
 * The profiles that a command is given: files, and what directories hold.
 */
#ifndef MEMPROF_TOOLS_INPUTS_H
#define MEMPROF_TOOLS_INPUTS_H

#include <stdbool.h>
#include <stddef.h>

#include "collector/profile/profile.h"

struct input {
    char *path;
    bool is_found; /* in a directory that was given, not given itself */
};

struct inputs {
    struct input *items;
    size_t count;
    const char *command; /* for lines on stderr; borrowed */
    const char *advice;  /* what to try with profiles that cannot be added up; borrowed */
    bool refuses_mixed;  /* sampled and exact profiles are not added up */
};

/* A directory stands for the files in it that end in .pb.gz, by name; one without any is
 * an error.  inputs_deinit() it in any case. */
struct error *inputs_init(struct inputs *inputs, char *const *names, size_t count);
void inputs_deinit(struct inputs *inputs);

/* The sum of all.  A file that is no profile is an error where it was given by name; one that
 * was found in a directory is left out, with a line on stderr, and counted in *left_out. */
struct error *inputs_merge(const struct inputs *inputs, struct profile **sum, size_t *left_out);

#endif
