/* SPDX-License-Identifier: Apache-2.0
 *
 * The table of programs at the end of a run in which several processes were profiled.
 */
#ifndef MEMPROF_TOOLS_PROGRAMS_H
#define MEMPROF_TOOLS_PROGRAMS_H

#include <stdio.h>

#include "tools/run_log.h"

/* A row for each program (the last component of its path): processes, allocated, live at
 * exit, and the name of its profiles, with a * for what they differ in; the one that
 * allocated most comes first. */
void programs_print(FILE *out, const struct run_log *log);

/* The path, relative to the current directory when it is below it. */
const char *programs_short_path(const char *path);

#endif
