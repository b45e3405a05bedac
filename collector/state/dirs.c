/* SPDX-License-Identifier: Apache-2.0
 *
 * The shim has the same rules; a squatted directory is not used.  The name has the real uid:
 * fakeroot's is not that of the processes outside of it.
 */
#include "collector/state/dirs.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

struct error *state_dirs_init(struct state_dirs *dirs)
{
    const char *given = getenv("MEMPROF_DIR");
    const char *temporary = getenv("TMPDIR");
    *dirs = (struct state_dirs){.is_given = given && *given};
    if (dirs->is_given) {
        dirs->paths[dirs->count++] = strdup(given);
    } else {
        const char *bases[] = {"/dev/shm", temporary && *temporary ? temporary : "/tmp"};
        for (int i = 0; i < 2; i++) {
            char *path;
            int length = asprintf(&path, "%s/memprof-%u", bases[i], (unsigned)syscall(SYS_geteuid));
            dirs->paths[dirs->count++] = length < 0 ? NULL : path;
        }
    }
    for (size_t i = 0; i < dirs->count; i++)
        if (!dirs->paths[i])
            return error_no_memory();
    return NULL;
}

void state_dirs_deinit(struct state_dirs *dirs)
{
    for (size_t i = 0; i < dirs->count; i++)
        free(dirs->paths[i]);
    *dirs = (struct state_dirs){0};
}

/* Makes a directory of ours where there is none, and gives back what a umask took from one, now
 * or when another process made it. */
static void make(const char *path)
{
    struct stat status, seen;
    char name[64];
    int fd = mkdir(path, 0700) == 0 || errno == EEXIST
                 ? open(path, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
                 : -1;
    if (fd < 0)
        return;
    if (fstat(fd, &status) == 0 && status.st_uid == geteuid() && (status.st_mode & 0700) != 0700) {
        snprintf(name, sizeof(name), "/proc/self/fd/%d", fd);
        if (stat(name, &seen) == 0 && seen.st_ino == status.st_ino)
            (void)chmod(name, (status.st_mode & 07777) | 0700); /* the look at it says more */
    }
    close(fd);
}

/* A link of our own that MEMPROF_DIR names is followed. */
static int open_directory(const struct state_dirs *dirs, const char *path)
{
    struct stat status;
    int flags = O_RDONLY | O_DIRECTORY | O_CLOEXEC;
    if (dirs->is_given && lstat(path, &status) == 0 && S_ISLNK(status.st_mode) &&
        status.st_uid == geteuid())
        return open(path, flags);
    return open(path, flags | O_NOFOLLOW);
}

int state_dirs_open(const struct state_dirs *dirs, size_t index)
{
    struct stat status;
    int fd = open_directory(dirs, dirs->paths[index]);
    if (fd < 0)
        return errno == ELOOP ? -ENOTDIR : -errno;
    mode_t open_to_others = dirs->is_given ? 0022 : 0077;
    int fault = fstat(fd, &status) != 0                                                ? errno
                : status.st_uid != geteuid() || (status.st_mode & open_to_others) != 0 ? EPERM
                                                                                       : 0;
    if (!fault)
        return fd;
    close(fd);
    return -fault;
}

struct error *state_directory(bool create, char **path, int *fd)
{
    struct state_dirs dirs;
    struct error *error = state_dirs_init(&dirs);
    *path = NULL;
    *fd = -ENOENT;
    for (size_t i = 0; !error && !*path && i < dirs.count; i++) {
        if (create)
            make(dirs.paths[i]);
        *fd = state_dirs_open(&dirs, i);
        if (*fd >= 0)
            *path = strdup(dirs.paths[i]);
        if (*fd >= 0 && !*path)
            error = error_no_memory();
    }
    if (!error && !*path)
        error =
            *fd == -EPERM
                ? error_create(
                      "no directory for states: %s: it is not private: it must be a directory that "
                      "you own and others cannot write to",
                      dirs.paths[dirs.count - 1])
                : error_create_errno(-*fd, "no directory for states: %s",
                                     dirs.paths[dirs.count - 1]);
    if (error && *fd >= 0)
        close(*fd);
    if (error)
        *fd = -1;
    state_dirs_deinit(&dirs);
    return error;
}
