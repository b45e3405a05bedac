/* SPDX-License-Identifier: Apache-2.0
 *
 * The profiles of one process that a worker is asked for.
 */
#ifndef MEMPROF_TOOLS_SERVE_SNAPSHOTS_H
#define MEMPROF_TOOLS_SERVE_SNAPSHOTS_H

#include <stdio.h>

#include "collector/base/error.h"
#include "collector/live_process.h"
#include "tools/serve/marks.h"
#include "tools/serve/wire.h"

struct snapshots {
    struct symbol_workers *workers; /* who reads symbols; NULL: somebody new each time */
    struct marks marks;
};

/* Writes what `work` asks for: WORK_HEAP, WORK_ALLOCS, WORK_PEAK, WORK_TEXT, WORK_DELTA...  A
 * mark is used up. */
struct error *snapshots_write(struct snapshots *snapshots, struct live_process *process,
                              const struct work *work, FILE *out);
/* Remembers the counts of now; *mark is for WORK_DELTA... */
struct error *snapshots_mark(struct snapshots *snapshots, struct live_process *process, pid_t pid,
                             uint64_t *mark);
/* Answers what pprof posts to /symbol: "0x12+0x34" in, "0x12\tname" out. */
struct error *snapshots_name(struct snapshots *snapshots, struct live_process *process,
                             char *addresses, FILE *out);

#endif
