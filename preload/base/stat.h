/* SPDX-License-Identifier: Apache-2.0
 *
 * libc exports stat and its kin since glibc 2.33 only; a library that refers to them is refused by
 * an older loader.  The kernel's struct stat is libc's on the machines that sys_call knows.
 */
#ifndef MEMPROF_STAT_H
#define MEMPROF_STAT_H

#include "preload/base/sys.h"

#include <fcntl.h>
#include <stdbool.h>
#include <sys/stat.h>

/* As fstatat; false: it failed, and errno stays as it was. */
static inline bool stat_at(int directory, const char *path, struct stat *status, int flags)
{
    return SYS(newfstatat, directory, path, status, flags) == 0;
}
static inline bool stat_path(const char *path, struct stat *status)
{
    return stat_at(AT_FDCWD, path, status, 0);
}
static inline bool stat_link(const char *path, struct stat *status)
{
    return stat_at(AT_FDCWD, path, status, AT_SYMLINK_NOFOLLOW);
}
static inline bool stat_fd(int fd, struct stat *status)
{
    return SYS(fstat, fd, status) == 0;
}

#endif
