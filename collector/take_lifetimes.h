/* SPDX-License-Identifier: Apache-2.0
 *
 * The lifetimes of a state at one moment, with names.
 */
#ifndef MEMPROF_COLLECTOR_TAKE_LIFETIMES_H
#define MEMPROF_COLLECTOR_TAKE_LIFETIMES_H

#include "collector/lifetimes/lifetimes.h"
#include "collector/snapshot.h"

/* Whether the process records them. */
bool lifetimes_are_there(const struct snapshot_source *source);

/* A profile as collector/lifetimes/sidecar.h has it, to be encoded or understood; the caller
 * destroys it.  Taken before the last snapshot, which lets go of the state.  NULL and no error: the
 * process does not record them. */
struct error *lifetimes_take(struct snapshot_source *source, const struct snapshot_options *options,
                             struct profile **profile);

/* The same of a state that is opened for this alone, understood.  `process` maps it, in our pid
 * namespace; 0: none, or not known.  A state without lifetimes is an error.  lifetimes_deinit()
 * them in any case. */
struct error *lifetimes_open(struct lifetimes *lifetimes, int fd, const char *name, pid_t process);

#endif
