/* SPDX-License-Identifier: Apache-2.0
 *
 * A process that is looked at again and again while it runs: its state is found and opened
 * once, and each snapshot reads what is new.
 */
#ifndef MEMPROF_COLLECTOR_LIVE_PROCESS_H
#define MEMPROF_COLLECTOR_LIVE_PROCESS_H

#include "collector/base/error.h"
#include "collector/snapshot.h"

#include <stdbool.h>
#include <sys/types.h>

struct live_process;

/* `pid` is in our pid namespace. */
struct error *live_process_open(pid_t pid, struct live_process **process);
void live_process_close(struct live_process *process);

/* snapshot_deinit() it in any case.  One of a process that has ended shows how it ended. */
struct error *live_process_snapshot(struct live_process *process,
                                    const struct snapshot_options *options,
                                    struct snapshot *snapshot);

/* The process, or its image, is gone: there will be no news of it.  Its pid may be another
 * process's by now. */
bool live_process_has_ended(struct live_process *process);

#endif
