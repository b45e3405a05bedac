/* SPDX-License-Identifier: Apache-2.0
 *
 * Where states live: MEMPROF_DIR, else (and where that is another user's) memprof-UID in
 * /dev/shm, else in TMPDIR.
 */
#ifndef MEMPROF_STATE_DIR_H
#define MEMPROF_STATE_DIR_H

#include <stddef.h>
#include <sys/types.h>

/* Creates a new, empty state file for process `pid`, 0600, in the first usable place
 * and stores its path.  A descriptor the caller closes, or -1 (errno set). */
int state_dir_create_file(pid_t pid, char *path, size_t path_bytes);

/* After that: says on stderr that there is none (it left `error`), and why; or, where it is not the
 * one that was asked for, which it is. */
void state_dir_say_none(int error);
void state_dir_say_elsewhere(const char *path);

/* What to try when it was not the place that `error` came from; NULL: it may be the place. */
const char *state_dir_advice(int error);

#endif
