/* SPDX-License-Identifier: Apache-2.0
 *
 * Between the look at a name and its removal, the owner of the directory can put another
 * file there, but only by moving it into this directory: what it can move it can remove.
 * A file with a second name is left alone: that is how a stranger names one of ours.
 */
#include "collector/state/file.h"
#include "collector/base/open_regular.h"
#include "collector/base/walk.h"
#include "preload/state_files.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

int state_file_open_directory(const char *path, const char **name)
{
    const char *slash = strrchr(path, '/');
    *name = slash ? slash + 1 : path;
    if (!slash)
        return walk_open_directory(".");
    char *directory = strndup(path, slash == path ? 1 : (size_t)(slash - path));
    int fd = directory ? walk_open_directory(directory) : -1;
    int saved = directory ? errno : ENOMEM;
    free(directory);
    errno = saved;
    return fd;
}

bool state_file_directory_is_private(int directory)
{
    struct stat status;
    return fstat(directory, &status) == 0 &&
           state_dir_look(&status, geteuid(), true) == STATE_DIR_USABLE;
}

bool state_file_is(int directory, const char *name, const struct stat *expected)
{
    struct stat status;
    return fstatat(directory, name, &status, AT_SYMLINK_NOFOLLOW) == 0 && S_ISREG(status.st_mode) &&
           status.st_nlink == 1 && status.st_dev == expected->st_dev &&
           status.st_ino == expected->st_ino;
}

bool state_file_remove(int directory, const char *name, const struct stat *expected)
{
    return state_file_is(directory, name, expected) && unlinkat(directory, name, 0) == 0;
}

bool state_file_remove_unlocked(int directory, const char *name, const struct stat *expected)
{
    int fd = open_regular_at(directory, name, O_NOFOLLOW, NULL);
    /* Nobody but its owner collects a file that we may not read. */
    bool is_free = fd < 0 ? errno == EACCES : flock(fd, LOCK_EX | LOCK_NB) == 0;
    bool is_removed = is_free && state_file_remove(directory, name, expected);
    if (fd >= 0)
        close(fd);
    return is_removed;
}
