/* SPDX-License-Identifier: Apache-2.0
 *
 * Opens what an argument means: a profile, or the state of a process.  An attacker may have written
 * either, so what reading a profile costs is limited.
 */
#ifndef MEMPROF_TOOLS_OPEN_H
#define MEMPROF_TOOLS_OPEN_H

#include "collector/base/error.h"
#include "collector/live_process.h"
#include "collector/profile/profile.h"
#include "tools/argument.h"

#include <stdbool.h>

/* From here to the end of the process a profile that takes too much computing ends it with a
 * line of `command` and status 2.  Called before the first profile is opened. */
void open_limit(const char *command);

/* A profile from a file or from standard input; the caller destroys it. */
struct error *open_profile(const char *path, struct profile **profile);

/* Whether a file is a state; what cannot be read is none. */
bool open_is_state(const char *path);

/* The state in a file, or the one that a running process maps.  The caller closes *fd and
 * frees *name, which is for messages; both are set on success alone. */
struct error *open_state(const struct argument *argument, int *fd, char **name);

/* A process that is going to be looked at while it runs; a file or a directory is an error.  The
 * caller closes it. */
struct error *open_process(const struct argument *argument, struct live_process **process);

/* What a process has now, as a profile; the caller destroys it. */
struct error *open_snapshot(const struct argument *argument, struct profile **profile);

#endif
