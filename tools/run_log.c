/* SPDX-License-Identifier: Apache-2.0
 *
 * Creates, reads and removes the log of a run.
 */
#include "tools/run_log.h"
#include "collector/state/dirs.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "collector/base/clock.h"
#include "preload/run.h"

#define RUN_LOG_BYTES_MAX (64u << 20)

/* Makes the file; its lock says that the run goes on. */
static struct error *create_file(struct run_log *log)
{
    struct text name = {log->name, sizeof log->name, 0};
    run_log_name(&name, log->run_id);
    if (asprintf(&log->path, "%s/%s", log->directory, log->name) < 0) {
        log->path = NULL;
        return error_no_memory();
    }
    log->fd = openat(log->directory_fd, log->name,
                     O_RDWR | O_APPEND | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (log->fd < 0 || fchmod(log->fd, 0600) != 0) /* whatever the umask left of it */
        return error_create_errno(errno, "%s", log->path);
    while (flock(log->fd, LOCK_EX | LOCK_NB) != 0 && errno == EINTR)
        ;
    return NULL;
}

struct error *run_log_create(struct run_log *log)
{
    *log = (struct run_log){.directory_fd = -1, .fd = -1};
    log->began_ns = clock_ns(CLOCK_REALTIME);
    while (log->run_id == 0)
        if (getrandom(&log->run_id, sizeof log->run_id, 0) != sizeof log->run_id)
            return error_create_errno(errno, "random numbers");
    char *directory;
    struct error *error = state_directory(true, &directory, &log->directory_fd);
    if (error)
        return error;
    log->directory = realpath(directory, NULL); /* TMPDIR may be a relative one */
    if (!log->directory)
        error = error_create_errno(errno, "%s", directory);
    free(directory);
    return error ? error : create_file(log);
}

static struct error *read_text(struct run_log *log)
{
    struct stat status;
    if (fstat(log->fd, &status) != 0)
        return error_create_errno(errno, "%s", log->path);
    size_t size = status.st_size < RUN_LOG_BYTES_MAX ? (size_t)status.st_size : RUN_LOG_BYTES_MAX;
    size_t length = 0;
    ssize_t got = 1;
    log->text = malloc(size + 1);
    while (log->text && length < size && got > 0)
        if ((got = pread(log->fd, log->text + length, size - length, (off_t)length)) > 0)
            length += (size_t)got;
    if (!log->text)
        return error_no_memory();
    log->text[length] = '\0';
    return NULL;
}

struct error *run_log_read(struct run_log *log)
{
    free(log->text);
    free(log->entries);
    free(log->refusals);
    log->text = NULL;
    log->entries = NULL;
    log->refusals = NULL;
    log->count = log->refusal_count = 0;
    log->refusal = (struct run_log_refusal){.pid = 0};
    struct error *error = read_text(log);
    if (error)
        return error;
    size_t lines = 0;
    for (const char *at = log->text; (at = strchr(at, '\n')); at++)
        lines++;
    log->entries = calloc(lines + 1, sizeof *log->entries);
    log->refusals = calloc(lines + 1, sizeof *log->refusals);
    if (!log->entries || !log->refusals)
        return error_no_memory();
    char *rest = log->text;
    for (size_t i = 0; i < lines; i++) {
        char *line = strsep(&rest, "\n");
        struct run_log_refusal refusal;
        if (!run_line_is_refusal(line))
            log->count += run_line_read(line, &log->entries[log->count]);
        else if (run_line_read_refusal(line, &refusal)) {
            log->refusals[log->refusal_count++] = refusal;
            if (refusal.start_ns >= log->refusal.start_ns)
                log->refusal = refusal;
        }
    }
    return NULL;
}

void run_log_unlock(struct run_log *log)
{
    flock(log->fd, LOCK_UN);
}

void run_log_remove(struct run_log *log)
{
    struct stat made, there;
    if (log->fd < 0 || fstat(log->fd, &made) != 0)
        return;
    if (fstatat(log->directory_fd, log->name, &there, AT_SYMLINK_NOFOLLOW) == 0 &&
        there.st_dev == made.st_dev && there.st_ino == made.st_ino)
        unlinkat(log->directory_fd, log->name, 0);
}

void run_log_deinit(struct run_log *log)
{
    if (log->fd >= 0)
        close(log->fd);
    if (log->directory_fd >= 0)
        close(log->directory_fd);
    free(log->directory);
    free(log->path);
    free(log->text);
    free(log->entries);
    free(log->refusals);
    *log = (struct run_log){.directory_fd = -1, .fd = -1};
}
