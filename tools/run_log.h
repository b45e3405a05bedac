/* SPDX-License-Identifier: Apache-2.0
 *
 * The log of one `memprof run`: a file among the states to which whoever writes a
 * profile of this run appends a line.  Created empty before the program starts and removed
 * at the end.  `run` holds a lock on it (flock) for as long as it collects: a process of the
 * run that finds it locked at its end leaves its state to `run`.  A line is tab-separated:
 *   pid flags alloc_objects alloc_bytes inuse_objects inuse_bytes
 *   interval samples truncated lost exe path
 * or, from a process that cannot be recorded,
 *   !pid start_ns reason object
 */
#ifndef MEMPROF_TOOLS_RUN_LOG_H
#define MEMPROF_TOOLS_RUN_LOG_H

#include <stddef.h>
#include <stdint.h>

#include "collector/base/error.h"

struct run_log_entry {
    uint64_t pid, flags; /* STATE_IS_* */
    uint64_t alloc_objects, alloc_bytes, inuse_objects, inuse_bytes;
    uint64_t interval_bytes, samples, truncated, lost;
    char *exe, *path; /* inside run_log.text */
};

/* A process of the run in which nothing is recorded. */
struct run_log_refusal {
    uint64_t pid, start_ns; /* CLOCK_REALTIME; pid 0: there is none */
    char *reason, *object;  /* inside run_log.text; object may be empty */
};

struct run_log {
    char *directory, *path; /* absolute */
    int directory_fd, fd;   /* open as long as the run lasts; -1: not (yet) */
    uint64_t run_id;        /* random, never 0 */
    uint64_t began_ns;      /* CLOCK_REALTIME */
    char *text;
    struct run_log_entry *entries; /* in the order they were written */
    size_t count;
    struct run_log_refusal refusal; /* the newest */
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
