/* SPDX-License-Identifier: Apache-2.0
 *
 * The state of a living process, wherever it lies in that process's view of the
 * file system.
 */
#include "collector/state/pid.h"

#include "collector/base/open_regular.h"
#include "collector/state/liveness.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

/* Maps the file and reads what /proc says of that mapping.  Some file systems show another
 * device there than stat does, so that only numbers of /proc can be compared with each other. */
static bool mapped_identity(int fd, uint64_t *device, uint64_t *inode)
{
    char start[32], *line = NULL;
    size_t capacity = 0;
    unsigned major, minor;
    unsigned long number;
    bool is_found = false;
    void *page = mmap(NULL, 1, PROT_READ, MAP_SHARED, fd, 0);
    FILE *maps = page != MAP_FAILED ? fopen("/proc/self/maps", "re") : NULL;
    size_t length = (size_t)snprintf(start, sizeof(start), "%lx-", (unsigned long)page);
    while (maps && !is_found && getline(&line, &capacity, maps) > 0)
        is_found = strncmp(line, start, length) == 0 &&
                   sscanf(line, "%*s %*s %*s %x:%x %lu", &major, &minor, &number) == 3;
    if (is_found) {
        *device = makedev(major, minor);
        *inode = number;
    }
    free(line);
    if (maps)
        fclose(maps);
    if (page != MAP_FAILED)
        munmap(page, 1);
    return is_found;
}

/* Returns the descriptor if it is that of the file which is mapped, else closes it and returns
 * -1 with errno. */
static int check_mapped(int fd, const struct live_mapping *mapping)
{
    uint64_t device, inode;
    struct stat status;
    if (fd < 0)
        return -1;
    /* Equal numbers need no second look: no two file systems have the same device number. */
    if (fstat(fd, &status) == 0 && status.st_dev == mapping->device &&
        status.st_ino == mapping->inode)
        return fd;
    if (mapped_identity(fd, &device, &inode) && device == mapping->device &&
        inode == mapping->inode)
        return fd;
    close(fd);
    errno = ENOENT;
    return -1;
}

static struct error *cannot_look(pid_t pid, int number)
{
    switch (number) {
    case ENOENT:
        return error_create("cannot collect: process %d: memprof does not record it; start it with "
                            "'memprof run' or LD_PRELOAD=libmemprof.so",
                            (int)pid);
    case ESRCH:
        return error_create("cannot collect: process %d: there is no such process", (int)pid);
    case EACCES:
    case EPERM:
        return error_create("cannot collect: process %d: only its owner or root can read it",
                            (int)pid);
    default:
        return error_create_errno(number, "cannot collect: process %d", (int)pid);
    }
}

/* Opens the file by its path in the root directory of the process; if it was removed, by the
 * mapping itself. */
int state_open_mapping(pid_t pid, const struct live_mapping *mapping, char **path)
{
    struct process_root root;
    process_root_open(&root, pid);
    int fd =
        check_mapped(root.is_foreign ? open_regular_in_root(&root, mapping->path, O_NOFOLLOW, NULL)
                                     : open_regular(mapping->path, O_NOFOLLOW, NULL),
                     mapping);
    bool is_foreign = root.is_foreign;
    process_root_close(&root);
    int length = 0;
    if (fd >= 0 && is_foreign)
        length = asprintf(path, "/proc/%d/root%s", (int)pid, mapping->path);
    else if (fd >= 0)
        length = asprintf(path, "%s", mapping->path);
    else
        length = asprintf(path, "/proc/%d/map_files/%s", (int)pid, mapping->range);
    if (length < 0) {
        *path = NULL;
        if (fd >= 0)
            close(fd);
        errno = ENOMEM;
        return -1;
    }
    if (fd < 0)
        fd = check_mapped(open_regular(*path, 0, NULL), mapping);
    if (fd < 0) {
        int saved = errno;
        free(*path);
        *path = NULL;
        errno = saved;
    }
    return fd;
}

struct error *state_open_pid_mapping(pid_t pid, int *fd, char **path, struct live_mapping *mapping)
{
    *fd = -1;
    *path = NULL;
    *mapping = (struct live_mapping){0};
    int fault = pid > 0 ? live_find_mapping(pid, mapping) : ESRCH;
    if (fault)
        return cannot_look(pid, fault);
    *fd = state_open_mapping(pid, mapping, path);
    struct error *error = NULL;
    if (*fd < 0) {
        error = error_create_errno(errno, "cannot collect: process %d: its state %s", (int)pid,
                                   mapping->path);
    }
    return error;
}

struct error *state_open_pid(pid_t pid, int *fd, char **path)
{
    struct live_mapping mapping;
    struct error *error = state_open_pid_mapping(pid, fd, path, &mapping);
    live_mapping_deinit(&mapping);
    return error;
}
