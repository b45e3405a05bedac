/* SPDX-License-Identifier: Apache-2.0
 *
 * Looks at processes with a deadline for each: one whose files do not answer (they lie on a file
 * system of a stranger's making) holds up a child of ours, which is killed, and is left out of
 * the next attempt.
 */
#ifndef MEMPROF_TOOLS_PS_WATCH_H
#define MEMPROF_TOOLS_PS_WATCH_H

#include <stddef.h>
#include <sys/types.h>

#include "collector/roster.h"

#define WATCH_SKIPPED_MOST 32

struct watch {
    struct roster_progress *progress; /* shared with the child */
    pid_t skipped[WATCH_SKIPPED_MOST];
    size_t skipped_count;
};

/* Calls `work` in a child, again for each process that did not answer, and returns its exit
 * status; what it prints is its own to flush.  -1 with errno: there is no child to be had. */
int watch_run(int (*work)(const struct watch *watch, void *context), void *context,
              int64_t deadline_ms);

#endif
