/* SPDX-License-Identifier: Apache-2.0
 *
 * Where states live: MEMPROF_DIR, else memprof-UID in /dev/shm, else in TMPDIR.
 */
#ifndef MEMPROF_PLACE_H
#define MEMPROF_PLACE_H

#include <stddef.h>

/* Creates a new, empty state file, 0600, in the first usable place and stores
 * its path.  A descriptor the caller closes, or -1 (errno set; said on stderr). */
int place_create_file(char *path, size_t path_bytes);

#endif
