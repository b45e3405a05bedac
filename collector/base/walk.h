/* SPDX-License-Identifier: Apache-2.0
 *
 * The directory that a path names, where others may have put links on the way.
 */
#ifndef MEMPROF_COLLECTOR_BASE_WALK_H
#define MEMPROF_COLLECTOR_BASE_WALK_H

/* An O_PATH descriptor, or -1 with errno.  ELOOP: a symbolic link on the way belongs neither
 * to root nor to us, or it lies in another process's root directory (/proc/PID/root),
 * where links mean other places. */
int walk_open_directory(const char *path);

#endif
