/* SPDX-License-Identifier: Apache-2.0
 *
 * How much memory this process's cgroup still lets it have.
 */
#ifndef MEMPROF_ROOM_H
#define MEMPROF_ROOM_H

#include <stdint.h>

#define ROOM_UNLIMITED UINT64_MAX

/* Bytes until the memory cgroup of this process, or one around it, is at its limit and
 * has no file pages to give up; ROOM_UNLIMITED when there is no limit or it cannot be
 * told.  Reads a few files, with one descriptor at a time.  One thread at a time; no
 * libc (memprof-end has none). */
uint64_t room_in_cgroup(void);

#endif
