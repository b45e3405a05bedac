/* SPDX-License-Identifier: Apache-2.0
 *
 * Where states may be, in the order in which a process tries them.
 */
#ifndef MEMPROF_COLLECTOR_STATE_DIRS_H
#define MEMPROF_COLLECTOR_STATE_DIRS_H

#include "collector/base/error.h"

#include <stdbool.h>
#include <stddef.h>

struct state_dirs {
    char *paths[2];
    size_t count;
    bool is_given; /* by MEMPROF_DIR */
};

/* state_dirs_deinit() it in any case. */
struct error *state_dirs_init(struct state_dirs *dirs);
void state_dirs_deinit(struct state_dirs *dirs);
/* A descriptor, or a negative errno: it is not there, or it is not a directory of ours that
 * others cannot write to (and, if nobody chose it, not look into). */
int state_dirs_open(const struct state_dirs *dirs, size_t index);

/* Whether MEMPROF_DIR may name that directory, which is made if it is missing. */
struct error *state_dirs_check_given(const char *path);

/* The directory where states go: MEMPROF_DIR, else memprof-UID in /dev/shm, else
 * in TMPDIR or /tmp; made with mode 0700 when `create` says so and it is missing.
 * One that is not a directory of ours with that mode is not used.  The caller frees the
 * path and closes the descriptor. */
struct error *state_directory(bool create, char **path, int *fd);

#endif
