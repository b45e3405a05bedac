/* SPDX-License-Identifier: Apache-2.0
 *
 * What a record says beside its runs.
 */
#ifndef MEMPROF_TOOLS_STAT_DESCRIBE_H
#define MEMPROF_TOOLS_STAT_DESCRIBE_H

#include "tools/run_log.h"
#include "tools/stat/options.h"
#include "tools/stat/record.h"

/* Before the first run: what was asked for, where it takes place, and room for the runs. */
struct error *stat_describe(struct stat_record *record, const struct stat_options *options);
/* After the first recorded run: which program is the main one.  `main` is that of the first
 * process. */
struct error *stat_describe_program(struct stat_record *record, const struct stat_options *options,
                                    const struct run_log *log, const struct run_log_entry *main);
/* All modules that the main program's profile has. */
struct error *stat_describe_modules(struct stat_record *record, const struct stat_program *program,
                                    const char *directory);

#endif
