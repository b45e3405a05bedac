/* SPDX-License-Identifier: Apache-2.0
 *
 * The processes that profiles are made of: found while they run, and kept for ten minutes
 * after their end with what they had then.
 */
#ifndef MEMPROF_TOOLS_SERVE_TARGETS_H
#define MEMPROF_TOOLS_SERVE_TARGETS_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "collector/base/error.h"
#include "collector/live_process.h"
#include "collector/roster.h"
#include "tools/ps/selection.h"
#include "tools/serve/silence.h"
#include "tools/state_changes.h"

#define TARGETS_KEPT_MS 600000

struct target {
    uint32_t pid;
    dev_t device; /* of its state, which tells it from others that have or had its pid */
    ino_t inode;
    struct live_process *process; /* NULL: ended, and forgotten */
    uint64_t ended_ns;            /* CLOCK_REALTIME; 0: it runs */
    int64_t ended_ms;             /* CLOCK_MONOTONIC */
    char *name;                   /* its comm */
};

struct targets {
    struct silence_page *page; /* who is looked at is noted there; NULL: nobody watches */
    struct ps_wanted wanted;
    struct target *items;
    size_t count;
    int64_t looked_ms; /* CLOCK_MONOTONIC; 0: never */
    struct state_changes changes;
};

void targets_deinit(struct targets *targets);
/* Looks for new ones, and for those that have ended; cheap within a second. */
void targets_refresh(struct targets *targets);
/* The same, however short ago the last look was. */
void targets_look(struct targets *targets);
/* The same while nothing is asked: looks for new ones only when a state was made, since that
 * reads the maps of all processes. */
void targets_watch(struct targets *targets);
/* The process with that pid, or the last one that had it; NULL: none had. */
struct target *targets_find(struct targets *targets, uint32_t pid);
/* The one that runs; of none, the one that ran.  NULL: there are several, or none. */
struct target *targets_only(struct targets *targets);
/* Why there is no profile of that pid. */
struct error *targets_why_not(const struct targets *targets, pid_t pid);

#endif
