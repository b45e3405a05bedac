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
};

/* A directory stands for the files in it that end in .pb.gz, by name; one without any is
 * an error.  inputs_deinit() it in any case. */
struct error *inputs_init(struct inputs *inputs, char *const *names, size_t count);
void inputs_deinit(struct inputs *inputs);

/* All of them as one.  What is no profile is an error where it was given, and left out
 * with a line on stderr where it was found; *left_out counts these. */
struct error *inputs_merge(const struct inputs *inputs, struct profile **sum, size_t *left_out);

#endif
