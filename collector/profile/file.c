/* SPDX-License-Identifier: Apache-2.0
 *
 * Reads a profile from a file or from standard input.
 */
#include "collector/profile/file.h"

#include "collector/base/budget.h"
#include "collector/base/open_regular.h"
#include "collector/profile/gunzip.h"
#include "collector/profile/pprof_decode.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#define PACKED 4 /* what a profile is in memory, to a byte of its file, is that much more */

static struct error *read_all(int fd, const char *name, unsigned char **bytes, size_t *count)
{
    size_t capacity = 0;
    *bytes = NULL;
    *count = 0;
    for (;;) {
        if (*count == capacity) {
            if (capacity >= GUNZIP_BYTES_MAX)
                return error_create("cannot read the profile: %s: it is larger than a gigabyte",
                                    name);
            capacity = capacity ? capacity * 2 : 65536;
            unsigned char *moved = realloc(*bytes, capacity);
            if (!moved)
                return budget_error("cannot read the profile: %s", name);
            *bytes = moved;
        }
        ssize_t got = read(fd, *bytes + *count, capacity - *count);
        if (got == 0)
            return NULL;
        if (got > 0)
            *count += (size_t)got;
        else if (errno != EINTR)
            return error_create_errno(errno, "cannot read the profile: %s", name);
    }
}

/* Whether this is a pipe without a name: `<(...)` of a shell. */
static bool is_unnamed_pipe(const char *path)
{
    struct stat status;
    struct statfs system;
    return stat(path, &status) == 0 && S_ISFIFO(status.st_mode) && statfs(path, &system) == 0 &&
           system.f_type == PIPEFS_MAGIC;
}

static struct error *open_file(const char *path, int *fd)
{
    *fd = open_regular(path, 0, NULL);
    if (*fd < 0 && errno == ENODEV && is_unnamed_pipe(path))
        *fd = open_above_standard(open(path, O_RDONLY | O_CLOEXEC));
    return *fd < 0 ? open_regular_error(errno, "cannot read the profile: %s", path) : NULL;
}

static struct error *read_and_decode(int fd, const char *name, struct profile **profile)
{
    unsigned char *bytes = NULL;
    size_t count;
    struct error *error = read_all(fd, name, &bytes, &count);
    if (!error)
        error = pprof_decode(bytes, count, name, profile);
    free(bytes);
    return error;
}

struct error *profile_read(const char *path, struct profile **profile)
{
    bool is_stdin = strcmp(path, "-") == 0;
    int fd = STDIN_FILENO;
    struct error *error = is_stdin ? NULL : open_file(path, &fd);
    if (error)
        return error;
    budget_begin(budget_stored_bytes(fd) * PACKED);
    error = read_and_decode(fd, is_stdin ? "standard input" : path, profile);
    budget_end();
    if (!is_stdin)
        close(fd);
    return error;
}
