/* SPDX-License-Identifier: Apache-2.0
 *
 * A process that is looked at again and again while it runs: its state is found and opened
 * once, and each snapshot reads what is new.
 */
#ifndef MEMPROF_COLLECTOR_LIVE_PROCESS_H
#define MEMPROF_COLLECTOR_LIVE_PROCESS_H

#include "collector/base/error.h"
#include "collector/snapshot.h"
#include "collector/vitals.h"

#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

struct live_process;

/* `pid` is in our pid namespace. */
struct error *live_process_open(pid_t pid, struct live_process **process);
/* By its state's path, where /proc does not lead to the process: its maps are closed to us, or
 * (pid 0) it is in a pid namespace that we do not see. */
struct error *live_process_open_state(const char *path, pid_t pid, struct live_process **process);
void live_process_close(struct live_process *process);

/* snapshot_deinit() it in any case.  One of a process that has ended shows how it ended. */
struct error *live_process_snapshot(struct live_process *process,
                                    const struct snapshot_options *options,
                                    struct snapshot *snapshot);

/* The process, or its image, is gone: there will be no news of it.  Its pid may be another
 * process's by now.  Of one that we do not see this is known when its state is removed. */
bool live_process_has_ended(struct live_process *process);

/* When the process whose state was opened by its path alone has ended, CLOCK_REALTIME, as far as
 * the file system knows; 0: it runs on, or that cannot be told. */
uint64_t live_process_ended_ns(const struct live_process *process);

/* How it does, with its timeline; vitals_deinit() them in any case. */
struct error *live_process_vitals(struct live_process *process, struct vitals *vitals);
/* As it was opened; 0: it is not to be seen from our pid namespace. */
pid_t live_process_pid(const struct live_process *process);
/* What its state says of it; as of the last snapshot. */
const struct state_info *live_process_info(const struct live_process *process);
/* How it ended, as the end of a sentence: "has ended", or "runs another program (exec)". */
const char *live_process_ending(const struct live_process *process);
/* Waits that long, unless it ends or a signal with a handler comes before; `signals` are let
 * through while it waits.  0: the time is over, 1: it has ended, -1: a signal came. */
int live_process_wait(struct live_process *process, int64_t until_ms, const sigset_t *signals);

#endif
