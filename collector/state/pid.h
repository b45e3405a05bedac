/* SPDX-License-Identifier: Apache-2.0
 *
 * The state of a living process.
 */
#ifndef MEMPROF_COLLECTOR_STATE_PID_H
#define MEMPROF_COLLECTOR_STATE_PID_H

#include "collector/base/error.h"
#include "collector/state/liveness.h"

#include <sys/types.h>

/* Opens a mapping that live_find_mapping() found; *path is a name for messages, which the caller
 * frees.  -1 with errno: it is gone, or is not to be read. */
int state_open_mapping(pid_t pid, const struct live_mapping *mapping, char **path);
/* Opens the state that a living process maps; also in another pid namespace. */
struct error *state_open_pid(pid_t pid, int *fd, char **path);
/* The same, and where it is mapped; live_mapping_deinit() that in any case. */
struct error *state_open_pid_mapping(pid_t pid, int *fd, char **path, struct live_mapping *mapping);

#endif
