/* SPDX-License-Identifier: Apache-2.0
 *
 * One write of one line: lines of several writers do not mix.
 */
#include "collector/run_log.h"

#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char *log_path(const char *state, uint64_t run_id)
{
    const char *slash = strrchr(state, '/');
    char *path;
    int length =
        slash ? asprintf(&path, "%.*s/run-%016" PRIx64 ".log", (int)(slash - state), state, run_id)
              : asprintf(&path, "run-%016" PRIx64 ".log", run_id);
    return length < 0 ? NULL : path;
}

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

void run_log_append(const char *state, const struct collect_result *result)
{
    struct stat status;
    char *path = log_path(state, result->run_id);
    char *line = format_line(result);
    int fd = path && line
                 ? open(path, O_WRONLY | O_APPEND | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC)
                 : -1;
    if (fd >= 0 && fstat(fd, &status) == 0 && S_ISREG(status.st_mode)) {
        size_t length = strlen(line);
        if (write(fd, line, length) != (ssize_t)length) {
            /* Without its line the run collects the state's profile as an unknown one. */
        }
    }
    if (fd >= 0)
        close(fd);
    free(path);
    free(line);
}
