/* SPDX-License-Identifier: Apache-2.0
 *
 * Opens the directory of a path on which other users may have put links.
 */
#ifndef MEMPROF_COLLECTOR_BASE_WALK_H
#define MEMPROF_COLLECTOR_BASE_WALK_H

/* An O_PATH descriptor, or -1 with errno.  ELOOP: a symbolic link on the way belongs neither
 * to root nor to us, or it lies in another process's root directory (/proc/PID/root),
 * where links mean other places. */
int walk_open_directory(const char *path);

#endif
