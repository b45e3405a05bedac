/* SPDX-License-Identifier: Apache-2.0
 *
 * Tells the user which modules of a profile have no names, and how to get them.
 */
#ifndef MEMPROF_TOOLS_NAMELESS_H
#define MEMPROF_TOOLS_NAMELESS_H

#include <stdio.h>

#include "collector/profile/nameless.h"

/* A module is named when functions without names have at least this share of a value. */
#define NAMELESS_LEAST_SHARE 0.05

/* A line for each module, which begins with `before`. */
void nameless_print(FILE *out, const char *before, const struct profile_nameless *nameless);

/* The same of a profile that was just written; says nothing where it cannot be read. */
void nameless_print_file(FILE *out, const char *before, const char *path);

/* What to do about one module, up to the end of the line. */
void nameless_print_remedy(FILE *out, const char *file);

#endif
