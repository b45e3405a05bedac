/* SPDX-License-Identifier: Apache-2.0 */
#include "tools/whole_file.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "collector/base/path.h"

static bool is_written_as_it_is(const struct stat *status)
{
    return S_ISCHR(status->st_mode) || S_ISFIFO(status->st_mode);
}

struct error *whole_file_open(struct whole_file *file, const char *path, mode_t mode)
{
    struct stat entry, target;
    *file = (struct whole_file){.path = path, .file = NEW_FILE_NONE, .fd = -1};
    if (stat(path, &target) == 0 && is_written_as_it_is(&target)) {
        file->fd = open(path, O_WRONLY | O_NOCTTY | O_CLOEXEC);
        return file->fd < 0 ? error_create_errno(errno, "%s", path) : NULL;
    }
    if (lstat(path, &entry) == 0 && !S_ISREG(entry.st_mode))
        return error_create("%s: is there and is no regular file; try another name", path);
    file->is_new = true;
    if (!new_file_open_directory(&file->file, path) || !new_file_create(&file->file, mode))
        return error_create_errno(errno, "%s", path);
    file->fd = file->file.fd;
    return NULL;
}

static bool is_completed(struct whole_file *file)
{
    if (!file->is_new)
        return file->fd < 0 || close(file->fd) == 0;
    return new_file_finish(&file->file) &&
           new_file_replace(&file->file, path_base(file->path), NULL) &&
           new_file_close(&file->file);
}

struct error *whole_file_close(struct whole_file *file, struct error *error)
{
    if (!file->is_new || !error)
        if (!is_completed(file) && !error)
            error = error_create_errno(errno, "%s", file->path);
    new_file_deinit(&file->file);
    *file = (struct whole_file){.file = NEW_FILE_NONE, .fd = -1};
    return error;
}
