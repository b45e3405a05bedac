/* SPDX-License-Identifier: Apache-2.0
 *
 * What the processes of a run had, by program.
 */
#ifndef MEMPROF_TOOLS_STAT_PROGRAMS_H
#define MEMPROF_TOOLS_STAT_PROGRAMS_H

#include "tools/run_log.h"
#include "tools/stat/record.h"

/* Adds the log's entries up, and puts the profiles into `directory`/run-`number`: of each program
 * one, the sum of its processes', and the peak's of that process which had the most in use. */
struct error *stat_programs_keep(struct stat_record *record, struct stat_run *run,
                                 const struct run_log *log, const char *directory, size_t number);

#endif
