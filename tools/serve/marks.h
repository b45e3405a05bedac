/* SPDX-License-Identifier: Apache-2.0
 *
 * The counts of a process at the beginning of an interval that somebody waits for.
 */
#ifndef MEMPROF_TOOLS_SERVE_MARKS_H
#define MEMPROF_TOOLS_SERVE_MARKS_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "collector/counts.h"

#define MARKS_MAX 40 /* more than the server lets wait */

struct mark {
    uint64_t id; /* 0: not in use */
    pid_t pid;
    int64_t taken_ms; /* CLOCK_MONOTONIC */
    struct counts counts;
};

struct marks {
    uint64_t last_id;
    struct mark items[MARKS_MAX];
};

/* Takes the counts over, and leaves none behind.  NULL: too many. */
struct mark *marks_add(struct marks *marks, pid_t pid, struct counts *counts);
/* NULL: there is none. */
struct mark *marks_find(struct marks *marks, uint64_t id, pid_t pid);
void marks_remove(struct marks *marks, uint64_t id);

#endif
