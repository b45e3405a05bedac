/* SPDX-License-Identifier: Apache-2.0
 *
 * One write of one line: lines of several writers do not mix.
 */
#include "collector/run_log.h"
#include "collector/state/file.h"

#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* The fields that are texts must not end the field or the line. */
static char *clean(const char *text)
{
    char *copy = strdup(text);
    for (char *at = copy; at && *at; at++)
        if (*at == '\t' || *at == '\n')
            *at = '?';
    return copy;
}

/* The reader of the log need not have our directory. */
static char *absolute(const char *path)
{
    char *result = NULL;
    char *directory = path[0] == '/' ? NULL : getcwd(NULL, 0);
    if (!directory)
        return strdup(path);
    if (asprintf(&result, "%s/%s", directory, path) < 0)
        result = NULL;
    free(directory);
    return result;
}

static char *format_line(const struct collect_result *result)
{
    char *line = NULL, *exe = clean(result->exe), *whole = absolute(result->path);
    char *path = whole ? clean(whole) : NULL;
    const int64_t *totals = result->totals;
    if (exe && path &&
        asprintf(&line,
                 "%" PRIu32 "\t%" PRIu32 "\t%" PRId64 "\t%" PRId64 "\t%" PRId64 "\t%" PRId64
                 "\t%" PRIu64 "\t%" PRIu64 "\t%" PRIu64 "\t%" PRIu64 "\t%s\t%s\n",
                 result->pid, result->flags, totals[PROFILE_ALLOC_OBJECTS],
                 totals[PROFILE_ALLOC_SPACE], totals[PROFILE_INUSE_OBJECTS],
                 totals[PROFILE_INUSE_SPACE], result->interval_bytes, result->samples,
                 result->truncated, result->lost, exe, path) < 0)
        line = NULL;
    free(exe);
    free(path);
    free(whole);
    return line;
}

/* Only our own file, and only where nobody else could have put it: a second name of
 * another file would have the line appended there. */
static int open_log(int directory, uint64_t run_id)
{
    char name[32];
    struct stat status;
    snprintf(name, sizeof(name), "run-%016" PRIx64 ".log", run_id);
    if (!state_file_directory_is_private(directory) ||
        fstatat(directory, name, &status, AT_SYMLINK_NOFOLLOW) != 0 || !S_ISREG(status.st_mode))
        return -1;
    int fd = openat(directory, name,
                    O_WRONLY | O_APPEND | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
    if (fd < 0)
        return -1;
    if (fstat(fd, &status) == 0 && status.st_uid == geteuid() &&
        state_file_is(directory, name, &status))
        return fd;
    close(fd);
    return -1;
}

void run_log_append(int directory, const struct collect_result *result)
{
    char *line = format_line(result);
    int fd = line ? open_log(directory, result->run_id) : -1;
    if (fd >= 0) {
        size_t length = strlen(line);
        if (write(fd, line, length) != (ssize_t)length) {
            /* Without its line the run collects the state's profile as an unknown one. */
        }
        close(fd);
    }
    free(line);
}
