/* SPDX-License-Identifier: Apache-2.0
 *
 * The state of a living process.
 */
#ifndef MEMPROF_COLLECTOR_STATE_PID_H
#define MEMPROF_COLLECTOR_STATE_PID_H

#include "collector/base/error.h"
#include "collector/state/live.h"

#include <sys/types.h>

/* Opens the state that a living process maps; also in another pid namespace. */
struct error *state_open_pid(pid_t pid, int *fd, char **path);
/* The same, and where it is mapped; live_mapping_deinit() that in any case. */
struct error *state_open_pid_mapping(pid_t pid, int *fd, char **path, struct live_mapping *mapping);

#endif
