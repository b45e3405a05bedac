/* SPDX-License-Identifier: Apache-2.0
 *
 * Processes of a run in which nothing could be recorded, so that it is said that they are in no
 * sum: those that say so themselves in the run's log, and those that our library is not loaded into
 * (static, set-user-ID), which are looked for while they run.
 */
#ifndef MEMPROF_TOOLS_STAT_UNRECORDED_H
#define MEMPROF_TOOLS_STAT_UNRECORDED_H

#include <sys/types.h>

#include "tools/run_log.h"
#include "tools/stat/record.h"

#define STAT_UNRECORDED_LOOK_MS 10

struct stat_unrecorded_process {
    pid_t pid;
    char *name, *reason; /* of its executable; reason NULL: it can be recorded */
};

struct stat_unrecorded {
    struct stat_unrecorded_process *processes; /* each process and executable that was seen, once */
    size_t count, capacity;
};

/* Notes the descendants of a process.  One that ends before the next look may be missed. */
void stat_unrecorded_look(struct stat_unrecorded *seen, pid_t program);
/* Puts what was seen and what the log says into the run, by program.  False: no memory. */
bool stat_unrecorded_keep(const struct stat_unrecorded *seen, const struct run_log *log,
                          struct stat_record *record, struct stat_run *run);
void stat_unrecorded_deinit(struct stat_unrecorded *seen);

#endif
