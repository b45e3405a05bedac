/* SPDX-License-Identifier: Apache-2.0
 *
 * The program to run: found as the shell would, and checked, with the
 * interpreters of a script, for whether a library can be preloaded into it.
 */
#ifndef MEMPROF_TOOLS_PROGRAM_H
#define MEMPROF_TOOLS_PROGRAM_H

#include "collector/base/error.h"

/* The file that exec would run for `name`, with a slash in it; the caller frees it. */
struct error *program_find(const char *name, char **path);

/* NULL if the program, or the interpreter that a script ends up in, can be profiled. */
struct error *program_check(const char *path);

#endif
