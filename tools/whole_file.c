/* SPDX-License-Identifier: Apache-2.0 */
#include "tools/whole_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#define TRIES 100

static bool is_written_as_it_is(const struct stat *status)
{
    return S_ISCHR(status->st_mode) || S_ISFIFO(status->st_mode);
}

/* A new file beside `path`, which has the mode that any new file has. */
static struct error *make(struct whole_file *file, mode_t mode)
{
    for (int i = 0; i < TRIES; i++) {
        unsigned number = (unsigned)i;
        if (getrandom(&number, sizeof number, GRND_NONBLOCK) < 0)
            number = (unsigned)getpid() + (unsigned)i;
        if (asprintf(&file->temporary, "%s.%08x", file->path, number) < 0) {
            file->temporary = NULL;
            return error_no_memory();
        }
        file->fd =
            open(file->temporary, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode);
        if (file->fd >= 0)
            return NULL;
        int number_of_error = errno;
        free(file->temporary);
        file->temporary = NULL;
        if (number_of_error != EEXIST)
            return error_create_errno(number_of_error, "%s", file->path);
    }
    return error_create_errno(EEXIST, "%s", file->path);
}

struct error *whole_file_open(struct whole_file *file, const char *path, mode_t mode)
{
    struct stat entry, target;
    *file = (struct whole_file){.path = path, .fd = -1};
    if (stat(path, &target) == 0 && is_written_as_it_is(&target)) {
        file->fd = open(path, O_WRONLY | O_NOCTTY | O_CLOEXEC);
        return file->fd < 0 ? error_create_errno(errno, "%s", path) : NULL;
    }
    if (lstat(path, &entry) == 0 && !S_ISREG(entry.st_mode))
        return error_create("%s: is there and is no regular file; try another name", path);
    return make(file, mode);
}

struct error *whole_file_close(struct whole_file *file, struct error *error)
{
    if (file->fd >= 0 && close(file->fd) != 0 && !error)
        error = error_create_errno(errno, "%s", file->path);
    if (file->temporary && !error && rename(file->temporary, file->path) != 0)
        error = error_create_errno(errno, "%s", file->path);
    if (file->temporary && error)
        unlink(file->temporary);
    free(file->temporary);
    *file = (struct whole_file){.fd = -1};
    return error;
}
