/* SPDX-License-Identifier: Apache-2.0
 *
 * The lines in the log of a `memprof run` (preload/run.h): whoever writes a profile of one of its
 * processes adds one, and `run` makes its summary from them.
 */
#ifndef MEMPROF_COLLECTOR_RUN_LINE_H
#define MEMPROF_COLLECTOR_RUN_LINE_H

#include "collector/collect_options.h"

#include <stdbool.h>
#include <stdint.h>

/* What a line says of a profile: the numbers in this order, then the texts. */
struct run_log_entry {
    uint64_t pid, flags; /* STATE_IS_* */
    uint64_t alloc_objects, alloc_bytes, inuse_objects, inuse_bytes;
    uint64_t interval_bytes, samples, truncated, lost;
    char *exe, *path; /* inside the line */
};

/* What a process says in which nothing is recorded. */
struct run_log_refusal {
    uint64_t pid, start_ns; /* CLOCK_REALTIME; pid 0: there is none */
    char *reason, *object;  /* inside the line; object may be empty */
};

/* `directory` is a descriptor of the state's; nothing happens when there is no such file. */
void run_line_append(int directory, const struct collect_result *result);

/* Reads a line without its newline, and cuts it into its fields.  False: it is not one. */
bool run_line_is_refusal(const char *line);
bool run_line_read(char *line, struct run_log_entry *entry);
bool run_line_read_refusal(char *line, struct run_log_refusal *refusal);

#endif
