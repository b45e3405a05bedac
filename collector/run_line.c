/* SPDX-License-Identifier: Apache-2.0
 *
 * A line is added by one write, so that lines of several writers do not mix.
 */
#include "collector/run_line.h"
#include "collector/state/file.h"

#include "preload/base/number.h"
#include "preload/run.h"

#include <fcntl.h>
#include <inttypes.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* The numbers of a line, in their order. */
static const size_t numbers[] = {
    offsetof(struct run_log_entry, pid),
    offsetof(struct run_log_entry, flags),
    offsetof(struct run_log_entry, alloc_objects),
    offsetof(struct run_log_entry, alloc_bytes),
    offsetof(struct run_log_entry, inuse_objects),
    offsetof(struct run_log_entry, inuse_bytes),
    offsetof(struct run_log_entry, interval_bytes),
    offsetof(struct run_log_entry, samples),
    offsetof(struct run_log_entry, truncated),
    offsetof(struct run_log_entry, lost),
};
#define NUMBERS (sizeof(numbers) / sizeof(*numbers))

static uint64_t *number_at(struct run_log_entry *entry, size_t i)
{
    return (uint64_t *)((char *)entry + numbers[i]);
}

/* --- reading --- */

bool run_line_is_refusal(const char *line)
{
    return line[0] == RUN_LOG_REFUSAL;
}

bool run_line_read(char *line, struct run_log_entry *entry)
{
    for (size_t i = 0; i < NUMBERS; i++) {
        char *field = strsep(&line, "\t");
        if (!field || !number_parse(field, number_at(entry, i)))
            return false;
    }
    entry->exe = strsep(&line, "\t");
    entry->path = line;
    return entry->exe && entry->path && *entry->path;
}

bool run_line_read_refusal(char *line, struct run_log_refusal *refusal)
{
    char *pid = strsep(&line, "\t"), *start_ns = strsep(&line, "\t");
    refusal->reason = strsep(&line, "\t");
    refusal->object = line;
    return refusal->object && number_parse(pid + 1, &refusal->pid) &&
           number_parse(start_ns, &refusal->start_ns);
}

/* --- adding --- */

/* The path as an absolute one, since the reader of the log may have another working directory. */
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
    const int64_t *totals = result->totals;
    struct run_log_entry entry = {.pid = result->pid,
                                  .flags = result->flags,
                                  .alloc_objects = (uint64_t)totals[PROFILE_ALLOC_OBJECTS],
                                  .alloc_bytes = (uint64_t)totals[PROFILE_ALLOC_SPACE],
                                  .inuse_objects = (uint64_t)totals[PROFILE_INUSE_OBJECTS],
                                  .inuse_bytes = (uint64_t)totals[PROFILE_INUSE_SPACE],
                                  .interval_bytes = result->interval_bytes,
                                  .samples = result->samples,
                                  .truncated = result->truncated,
                                  .lost = result->lost,
                                  .exe = strdup(result->exe),
                                  .path = absolute(result->path)};
    char text[NUMBERS * 21 + 1] = "", *line = NULL;
    for (size_t i = 0, length = 0; i < NUMBERS; i++)
        length += (size_t)snprintf(text + length, sizeof(text) - length, "%" PRIu64 "\t",
                                   *number_at(&entry, i));
    if (entry.exe && entry.path) {
        run_log_clean(entry.exe);
        run_log_clean(entry.path);
        if (asprintf(&line, "%s%s\t%s\n", text, entry.exe, entry.path) < 0)
            line = NULL;
    }
    free(entry.exe);
    free(entry.path);
    return line;
}

/* Opens the log if it is our own file in a directory where nobody else can make files.  A hard
 * link, which somebody else made, would have the line appended to another file of ours. */
static int open_log(int directory, uint64_t run_id)
{
    char name[RUN_LOG_NAME_BYTES];
    struct stat status;
    struct text text = {name, sizeof(name), 0};
    run_log_name(&text, run_id);
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

void run_line_append(int directory, const struct collect_result *result)
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
