/* SPDX-License-Identifier: Apache-2.0
 *
 * Applies the rules of preload/state_files.h, so that a squatted directory is not used.
 */
#include "collector/state/dirs.h"
#include "preload/state_files.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

/* The name has the kernel's user id: fakeroot's is not that of processes outside of it. */
static char *default_path(unsigned number, const char *temporary)
{
    size_t bytes = (temporary ? strlen(temporary) : 0) + STATE_DIR_MORE_THAN;
    struct text path = {malloc(bytes), bytes, 0};
    if (path.bytes)
        state_dir_default(&path, number, temporary, (uint32_t)syscall(SYS_geteuid));
    return path.bytes;
}

struct error *state_dirs_init(struct state_dirs *dirs)
{
    const char *given = getenv("MEMPROF_DIR");
    const char *temporary = getenv("TMPDIR");
    *dirs = (struct state_dirs){.is_given = given && *given};
    if (dirs->is_given) {
        dirs->paths[dirs->count++] = strdup(given);
    } else {
        for (unsigned i = 0; i < STATE_DIRS_DEFAULT; i++)
            dirs->paths[dirs->count++] = default_path(i, temporary);
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
            (void)chmod(name, (status.st_mode & 07777) | 0700); /* opening it tells of failure */
    }
    close(fd);
}

static int open_directory(const struct state_dirs *dirs, const char *path)
{
    struct stat status;
    int flags = O_RDONLY | O_DIRECTORY | O_CLOEXEC;
    if (lstat(path, &status) == 0 && state_dir_follows(&status, geteuid(), dirs->is_given))
        return open(path, flags);
    return open(path, flags | O_NOFOLLOW);
}

int state_dirs_open(const struct state_dirs *dirs, size_t index)
{
    struct stat status;
    int fd = open_directory(dirs, dirs->paths[index]);
    if (fd < 0)
        return errno == ELOOP ? -ENOTDIR : -errno;
    int fault = fstat(fd, &status) != 0                                   ? errno
                : state_dir_look(&status, geteuid(), dirs->is_given) != 0 ? EPERM
                                                                          : 0;
    if (!fault)
        return fd;
    close(fd);
    return -fault;
}

struct error *state_dirs_check_given(const char *path)
{
    struct stat status;
    if (mkdir(path, 0700) != 0 && errno != EEXIST)
        return error_create_errno(errno, "%s: it cannot be created", path);
    if (lstat(path, &status) != 0 ||
        (state_dir_follows(&status, geteuid(), true) && stat(path, &status) != 0))
        return error_create_errno(errno, "%s", path);
    switch (state_dir_look(&status, geteuid(), true)) {
    case STATE_DIR_NONE:
        return error_create("%s: is not a directory", path);
    case STATE_DIR_FOREIGN:
        return error_create("%s: belongs to another user; try a directory of yours", path);
    case STATE_DIR_OPEN:
        return error_create("%s: others can write to it; try chmod 700 on it", path);
    case STATE_DIR_USABLE:
        break;
    }
    return access(path, W_OK | X_OK) != 0 ? error_create_errno(errno, "%s", path) : NULL;
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
