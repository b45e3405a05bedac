/* SPDX-License-Identifier: Apache-2.0
 *
 * Snapshots of the processes of a run while they run, as numbered files.
 */
#ifndef MEMPROF_TOOLS_EVERY_H
#define MEMPROF_TOOLS_EVERY_H

#include <stddef.h>
#include <stdint.h>

#include "tools/selection.h"

#define EVERY_SUFFIX ".snapshot.pb.gz" /* behind its number */

struct symbol_workers;
struct every_process;

struct every {
    uint64_t period_s; /* 0: none are taken */
    uint64_t keep;     /* how many snapshots of each process stay, the newest; 0: all */
    uint64_t run_id;
    const char *template;        /* of the profiles; borrowed, like what follows */
    struct selection *selection; /* which programs are wanted */
    struct symbol_workers *workers;
    int64_t due_ms; /* CLOCK_MONOTONIC; 0: the first look sets it */
    struct every_process *processes;
    size_t count;
    size_t failed; /* snapshots that could not be written */
    char *why;     /* the first of them */
};

/* Called a few times a second; does nothing until the next snapshots are due. */
void every_look(struct every *every);
/* Says what could not be written. */
void every_finish(struct every *every);

#endif
