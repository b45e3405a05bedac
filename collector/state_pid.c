/* SPDX-License-Identifier: Apache-2.0
 *
 * The state of a living process, wherever it lies in that process's view of the
 * file system.
 */
#include "collector/collect.h"
#include "collector/live.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* -1 with errno; the file must be the one that is mapped. */
static int open_mapped(const char *path, uint64_t inode, int flags)
{
    struct stat status;
    int fd = open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC | flags);
    if (fd < 0)
        return -1;
    if (fstat(fd, &status) == 0 && S_ISREG(status.st_mode) && status.st_ino == inode)
        return fd;
    close(fd);
    errno = ENOENT;
    return -1;
}

static struct error *cannot_look(pid_t pid, int number)
{
    switch (number) {
    case ENOENT:
        return error_create("cannot collect: process %d: memprof does not record it", (int)pid);
    case ESRCH:
        return error_create("cannot collect: process %d: there is no such process", (int)pid);
    case EACCES:
    case EPERM:
        return error_create("cannot collect: process %d: only its owner or root may look into it",
                            (int)pid);
    default:
        return error_create_errno(number, "cannot collect: process %d", (int)pid);
    }
}

/* By its path; if it was removed, or is a memfd, by the mapping itself. */
static int open_mapping(pid_t pid, const struct live_mapping *mapping, char **path)
{
    if (asprintf(path, "/proc/%d/root%s", (int)pid, mapping->path) < 0) {
        *path = NULL;
        errno = ENOMEM;
        return -1;
    }
    int fd = open_mapped(*path, mapping->inode, O_NOFOLLOW);
    if (fd >= 0)
        return fd;
    free(*path);
    if (asprintf(path, "/proc/%d/map_files/%s", (int)pid, mapping->range) < 0) {
        *path = NULL;
        errno = ENOMEM;
        return -1;
    }
    return open_mapped(*path, mapping->inode, 0);
}

struct error *state_open_pid(pid_t pid, int *fd, char **path)
{
    struct live_mapping mapping;
    *fd = -1;
    *path = NULL;
    int fault = pid > 0 ? live_find_mapping(pid, &mapping) : ESRCH;
    if (fault)
        return cannot_look(pid, fault);
    *fd = open_mapping(pid, &mapping, path);
    struct error *error = NULL;
    if (*fd < 0) {
        error = error_create_errno(errno, "cannot collect: process %d: its state %s", (int)pid,
                                   mapping.path);
        free(*path);
        *path = NULL;
    }
    live_mapping_deinit(&mapping);
    return error;
}
