/* SPDX-License-Identifier: Apache-2.0
 *
 * The log of one `memprof run` (preload/run.h): created and locked before the program starts,
 * read when it has ended, removed at the end.
 */
#ifndef MEMPROF_TOOLS_RUN_LOG_H
#define MEMPROF_TOOLS_RUN_LOG_H

#include <stddef.h>
#include <stdint.h>

#include "collector/base/error.h"
#include "collector/run_line.h"
#include "preload/run.h"

struct run_log {
    char *directory, *path; /* absolute */
    char name[RUN_LOG_NAME_BYTES];
    int directory_fd, fd; /* open as long as the run lasts; -1: not (yet) */
    uint64_t run_id;      /* random, never 0 */
    uint64_t began_ns;    /* CLOCK_REALTIME */
    char *text;
    struct run_log_entry *entries; /* in the order they were written */
    size_t count;
    struct run_log_refusal refusal;   /* the newest */
    struct run_log_refusal *refusals; /* all, in the order they were written */
    size_t refusal_count;
};

/* Creates and locks the log with a new run id, and the states' directory if it is missing.
 * run_log_deinit() it in any case. */
struct error *run_log_create(struct run_log *log);

/* Reads the whole log, also a second time.  Malformed lines are skipped. */
struct error *run_log_read(struct run_log *log);

/* From here on each process makes its own profile at its end. */
void run_log_unlock(struct run_log *log);

/* Removes the file. */
void run_log_remove(struct run_log *log);
void run_log_deinit(struct run_log *log);

#endif
