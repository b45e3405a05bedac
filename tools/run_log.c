/* SPDX-License-Identifier: Apache-2.0
 *
 * Creates, reads and removes the log of a run.
 */
#include "tools/run_log.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include "collector/collect.h"
#include "tools/quantity.h"

#define RUN_LOG_BYTES_MAX (64u << 20)

struct error *run_log_create(struct run_log *log)
{
    *log = (struct run_log){.run_id = 0};
    while (log->run_id == 0)
        if (getrandom(&log->run_id, sizeof log->run_id, 0) != sizeof log->run_id)
            return error_create_errno(errno, "random numbers");
    char *directory;
    struct error *error = state_directory(true, &directory);
    if (error)
        return error;
    log->directory = realpath(directory, NULL); /* TMPDIR may be a relative one */
    if (!log->directory)
        error = error_create_errno(errno, "%s", directory);
    free(directory);
    if (error)
        return error;
    if (asprintf(&log->path, "%s/run-%016" PRIx64 ".log", log->directory, log->run_id) < 0) {
        log->path = NULL;
        return error_no_memory();
    }
    int fd = open(log->path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (fd >= 0) {
        close(fd);
        return NULL;
    }
    error = error_create_errno(errno, "%s", log->path);
    free(log->path);
    log->path = NULL;
    return error;
}

static struct error *read_text(struct run_log *log)
{
    int fd = open(log->path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
    struct stat status;
    if (fd < 0 || fstat(fd, &status) != 0) {
        struct error *error = error_create_errno(errno, "%s", log->path);
        if (fd >= 0)
            close(fd);
        return error;
    }
    size_t size = status.st_size < RUN_LOG_BYTES_MAX ? (size_t)status.st_size : RUN_LOG_BYTES_MAX;
    size_t length = 0;
    ssize_t got = 1;
    log->text = malloc(size + 1);
    while (log->text && length < size && got > 0)
        if ((got = read(fd, log->text + length, size - length)) > 0)
            length += (size_t)got;
    close(fd);
    if (!log->text)
        return error_no_memory();
    log->text[length] = '\0';
    return NULL;
}

/* `line` is cut into its fields. */
static bool parse_line(char *line, struct run_log_entry *entry)
{
    uint64_t *numbers[] = {
        &entry->pid,           &entry->flags,       &entry->alloc_objects,  &entry->alloc_bytes,
        &entry->inuse_objects, &entry->inuse_bytes, &entry->interval_bytes, &entry->samples,
        &entry->truncated,     &entry->lost,
    };
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
        char *field = strsep(&line, "\t");
        if (!field || !quantity_parse_number(field, numbers[i]))
            return false;
    }
    entry->exe = strsep(&line, "\t");
    entry->path = line;
    return entry->exe && entry->path && *entry->path;
}

struct error *run_log_read(struct run_log *log)
{
    free(log->text);
    free(log->entries);
    log->text = NULL;
    log->entries = NULL;
    log->count = 0;
    struct error *error = read_text(log);
    if (error)
        return error;
    size_t lines = 0;
    for (const char *at = log->text; (at = strchr(at, '\n')); at++)
        lines++;
    log->entries = calloc(lines + 1, sizeof *log->entries);
    if (!log->entries)
        return error_no_memory();
    char *rest = log->text;
    for (size_t i = 0; i < lines; i++)
        if (parse_line(strsep(&rest, "\n"), &log->entries[log->count]))
            log->count++;
    return NULL;
}

void run_log_remove(struct run_log *log)
{
    if (log->path)
        unlink(log->path);
}

void run_log_deinit(struct run_log *log)
{
    free(log->directory);
    free(log->path);
    free(log->text);
    free(log->entries);
    *log = (struct run_log){.path = NULL};
}
