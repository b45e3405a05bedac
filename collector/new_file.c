/* SPDX-License-Identifier: Apache-2.0
 *
 * A name that is free is taken by link(2), which fails when it is not.  An older file
 * is swapped for the new one and looked at again: what came out must be what was to be
 * replaced, or it goes back.  So writers of one name need no lock, which a stranger could
 * hold, and a name that is turned in between costs nobody a file.
 */
#include "collector/new_file.h"
#include "collector/base/clock.h"
#include "collector/base/path.h"
#include "collector/state/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>
#include <unistd.h>

bool new_file_open_directory(struct new_file *file, const char *path)
{
    size_t length = (size_t)(path_base(path) - path);
    char *directory = length ? strndup(path, length) : strdup(".");
    if (!directory)
        return false;
    file->directory = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    int saved = errno;
    free(directory);
    errno = saved;
    return file->directory >= 0;
}

/* A file without a name leaves nothing behind when we are killed. */
static bool open_unnamed(struct new_file *file, mode_t mode)
{
    file->fd = openat(file->directory, ".", O_TMPFILE | O_WRONLY | O_CLOEXEC, mode);
    if (file->fd < 0)
        return false;
    snprintf(file->link, sizeof(file->link), "/proc/self/fd/%d", file->fd);
    if (access(file->link, F_OK) == 0)
        return true;
    close(file->fd); /* without /proc there is no way to give it a name */
    file->fd = -1;
    return false;
}

bool new_file_create(struct new_file *file, mode_t mode)
{
    uint64_t random = clock_ns(CLOCK_REALTIME);
    if (getrandom(&random, sizeof(random), GRND_NONBLOCK) < 0)
        random ^= (uint64_t)getpid() << 32;
    snprintf(file->temporary, sizeof(file->temporary), ".memprof-%016llx.tmp",
             (unsigned long long)random);
    if (!open_unnamed(file, mode)) {
        file->fd = openat(file->directory, file->temporary,
                          O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode);
        file->has_temporary = file->fd >= 0;
    }
    return file->fd >= 0;
}

/* Removes a name, if it is that file's. */
static bool remove_name(const struct new_file *file, const char *name, const struct stat *expected)
{
    struct stat status;
    return fstatat(file->directory, name, &status, AT_SYMLINK_NOFOLLOW) == 0 &&
           status.st_dev == expected->st_dev && status.st_ino == expected->st_ino &&
           unlinkat(file->directory, name, 0) == 0;
}

bool new_file_take(struct new_file *file, const char *name)
{
    if (!file->has_temporary)
        return linkat(AT_FDCWD, file->link, file->directory, name, AT_SYMLINK_FOLLOW) == 0;
    if (renameat2(file->directory, file->temporary, file->directory, name, RENAME_NOREPLACE) == 0) {
        file->has_temporary = false;
        return true;
    }
    if (errno != EINVAL && errno != ENOSYS)
        return false;
    if (linkat(file->directory, file->temporary, file->directory, name, 0) != 0)
        return false;
    file->has_temporary = !remove_name(file, file->temporary, &file->status);
    return true;
}

static bool rename_over(struct new_file *file, const char *name)
{
    if (renameat(file->directory, file->temporary, file->directory, name) != 0)
        return false;
    file->has_temporary = false;
    return true;
}

/* For file systems that cannot exchange names: a plain rename, if nobody else can make files in
 * the directory. */
static bool replace_by_rename(struct new_file *file, const char *name, const struct stat *older)
{
    struct stat status;
    if (!state_file_directory_is_private(file->directory) ||
        fstatat(file->directory, name, &status, AT_SYMLINK_NOFOLLOW) != 0 ||
        status.st_dev != older->st_dev || status.st_ino != older->st_ino) {
        errno = EEXIST;
        return false;
    }
    return rename_over(file, name);
}

bool new_file_replace(struct new_file *file, const char *name, const struct stat *older)
{
    if (!file->has_temporary) {
        if (linkat(AT_FDCWD, file->link, file->directory, file->temporary, AT_SYMLINK_FOLLOW) != 0)
            return false;
        file->has_temporary = true;
    }
    if (!older)
        return rename_over(file, name);
    if (renameat2(file->directory, file->temporary, file->directory, name, RENAME_EXCHANGE) != 0) {
        if (errno == EINVAL || errno == ENOSYS)
            return replace_by_rename(file, name, older);
        errno = errno == ENOENT ? EEXIST : errno; /* it went away: look again */
        return false;
    }
    if (remove_name(file, file->temporary, older)) {
        file->has_temporary = false;
        return true;
    }
    if (renameat2(file->directory, file->temporary, file->directory, name, RENAME_EXCHANGE) == 0)
        errno = EEXIST;
    else
        file->has_temporary = false; /* what is there now is not ours to remove */
    return false;
}

bool new_file_finish(struct new_file *file)
{
    /* A file without a name is reached by its descriptor alone. */
    return fstat(file->fd, &file->status) == 0 && (!file->has_temporary || new_file_close(file));
}

bool new_file_close(struct new_file *file)
{
    int closed = file->fd >= 0 ? close(file->fd) : 0;
    file->fd = -1;
    return closed == 0 || errno == EINTR;
}

void new_file_deinit(struct new_file *file)
{
    if (file->has_temporary && file->fd >= 0)
        fstat(file->fd, &file->status);
    if (file->has_temporary)
        remove_name(file, file->temporary, &file->status);
    if (file->fd >= 0)
        close(file->fd);
    if (file->directory >= 0)
        close(file->directory);
    *file = NEW_FILE_NONE;
}
