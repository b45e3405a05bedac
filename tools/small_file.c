/* SPDX-License-Identifier: Apache-2.0 */
#include "tools/small_file.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "collector/base/open_regular.h"
#include "collector/base/whole.h"
#include "tools/whole_file.h"

struct error *small_file_read(const char *path, char **bytes, size_t *count, int *number)
{
    *bytes = NULL;
    *count = 0;
    *number = 0;
    int fd = open_regular(path, 0, NULL);
    if (fd < 0) {
        *number = errno;
        return open_regular_error(errno, "%s", path);
    }
    char *buffer = malloc(SMALL_FILE_BYTES_MAX + 1);
    ssize_t got = buffer ? 1 : 0;
    while (got > 0 && *count <= SMALL_FILE_BYTES_MAX) {
        got = read(fd, buffer + *count, SMALL_FILE_BYTES_MAX + 1 - *count);
        *count += got > 0 ? (size_t)got : 0;
    }
    struct error *error = NULL;
    if (!buffer)
        error = error_no_memory();
    else if (got < 0)
        error = error_create_errno(errno, "%s", path);
    else if (*count > SMALL_FILE_BYTES_MAX)
        error = error_create("%s: is larger than a megabyte; try the right file", path);
    close(fd);
    if (error)
        free(buffer);
    else
        *bytes = buffer;
    return error;
}

struct error *small_file_replace(const char *path, const char *bytes, size_t count)
{
    struct stat status;
    struct whole_file file;
    bool is_there = lstat(path, &status) == 0 && S_ISREG(status.st_mode);
    struct error *error = whole_file_open(&file, path, is_there ? status.st_mode & 0777 : 0666);
    if (!error && is_there && file.is_new && fchmod(file.fd, status.st_mode & 0777) != 0)
        error = error_create_errno(errno, "%s", path); /* whatever the umask left of it */
    if (!error && !whole_write(file.fd, bytes, count))
        error = error_create_errno(errno, "%s", path);
    return whole_file_close(&file, error);
}
