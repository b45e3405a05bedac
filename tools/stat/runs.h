/* SPDX-License-Identifier: Apache-2.0
 *
 * Runs a program again and again, recorded and plain by turns, and keeps what the runs had.
 */
#ifndef MEMPROF_TOOLS_STAT_RUNS_H
#define MEMPROF_TOOLS_STAT_RUNS_H

#include "tools/stat/directory.h"
#include "tools/stat/options.h"
#include "tools/stat/record.h"

/* Fills the record, and the directory with its profiles.  CLI_DONE, or CLI_CANNOT, and why has
 * been said: a run failed, lost events, recorded nothing or left processes behind, or a signal
 * came. */
int stat_runs_make(const struct stat_options *options, const struct stat_directory *directory,
                   struct stat_record *record);

#endif
