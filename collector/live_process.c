/* SPDX-License-Identifier: Apache-2.0
 *
 * A pidfd tells whether the process has ended, whoever has its pid by then.  exec keeps the
 * process and takes its state away: that is looked for in its maps, but only when a module was
 * added or a mapping is not where it was, for reading all of maps takes milliseconds.
 */
#include "collector/live_process.h"
#include "collector/base/age.h"
#include "collector/base/budget.h"
#include "collector/base/clock.h"
#include "collector/base/open_regular.h"
#include "collector/base/path.h"
#include "collector/state/header.h"
#include "collector/state/liveness.h"
#include "collector/state/pid.h"
#include "collector/state/tables.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

struct live_process {
    pid_t pid;
    int pidfd; /* -1: the kernel has none (before Linux 5.3) */
    int fd;    /* of the state */
    char *path;
    struct live_mapping mapping; /* as maps had it when it was last read; none: they are closed */
    uint32_t modules;            /* that were known then */
    bool has_ended;
    struct snapshot_source source;
};

static uint32_t module_count(const struct live_process *process)
{
    uint32_t count;
    state_reader_modules(process->source.reader, &count);
    return count;
}

static struct live_process *create(pid_t pid)
{
    struct live_process *process = calloc(1, sizeof(*process));
    if (!process)
        return NULL;
    process->pid = pid;
    process->fd = -1;
    /* Before its state is looked for: whoever has the pid then has it now. */
    process->pidfd = pid > 0 ? (int)syscall(SYS_pidfd_open, pid, 0) : -1;
    return process;
}

/* Takes the process over.  `root` is whose files its names are; 0: ours. */
static struct error *open_source(struct live_process *process, pid_t root,
                                 struct live_process **opened)
{
    budget_begin(budget_stored_bytes(process->fd));
    struct error *error = snapshot_source_init(&process->source, process->fd, process->path, root);
    budget_end();
    if (error) {
        live_process_close(process);
        return error;
    }
    process->modules = module_count(process);
    *opened = process;
    return NULL;
}

struct error *live_process_open(pid_t pid, struct live_process **opened)
{
    struct live_process *process = create(pid);
    if (!process)
        return error_no_memory();
    struct error *error =
        state_open_pid_mapping(pid, &process->fd, &process->path, &process->mapping);
    if (!error)
        return open_source(process, pid, opened);
    live_process_close(process);
    return error;
}

struct error *live_process_open_state(const char *path, pid_t pid, struct live_process **opened)
{
    struct live_process *process = create(pid);
    struct error *error = process ? NULL : error_no_memory();
    if (process && !(process->path = strdup(path)))
        error = error_no_memory();
    if (!error && (process->fd = open_regular(path, O_NOFOLLOW, NULL)) < 0)
        error = open_regular_error(errno, "cannot collect: %s", path);
    if (!error)
        return open_source(process, 0, opened);
    live_process_close(process);
    return error;
}

void live_process_close(struct live_process *process)
{
    if (!process)
        return;
    snapshot_source_deinit(&process->source);
    live_mapping_deinit(&process->mapping);
    if (process->fd >= 0)
        close(process->fd);
    if (process->pidfd >= 0)
        close(process->pidfd);
    free(process->path);
    free(process);
}

/* The state is removed when it was collected, and that is after the end. */
static bool is_removed(const struct live_process *process)
{
    struct stat status;
    return fstat(process->fd, &status) == 0 && status.st_nlink == 0;
}

static bool has_exited(const struct live_process *process)
{
    struct pollfd ended = {.fd = process->pidfd, .events = POLLIN};
    if (process->pid == 0)
        return is_removed(process);
    if (process->pidfd < 0)
        return kill(process->pid, 0) != 0 && errno == ESRCH;
    return poll(&ended, 1, 0) == 1;
}

/* Is the state still mapped where it was?  One look; a state that grows may move. */
static bool is_in_place(const struct live_process *process)
{
    char path[128];
    struct stat status;
    if (!process->mapping.range)
        return true; /* its maps are closed to us */
    snprintf(path, sizeof(path), "/proc/%d/map_files/%s", (int)process->pid,
             process->mapping.range);
    return lstat(path, &status) == 0;
}

/* Reads maps again.  What we may not look at any more has not ended. */
static bool is_mapped(struct live_process *process)
{
    struct live_mapping now;
    int fault = live_find_mapping(process->pid, &now);
    if (fault)
        return fault != ENOENT && fault != ESRCH;
    bool is_same = now.device == process->mapping.device && now.inode == process->mapping.inode;
    if (is_same) {
        live_mapping_deinit(&process->mapping);
        process->mapping = now;
        process->modules = module_count(process);
    } else {
        live_mapping_deinit(&now);
    }
    return is_same;
}

bool live_process_has_ended(struct live_process *process)
{
    if (!process->has_ended)
        process->has_ended =
            has_exited(process) ||
            ((process->modules != module_count(process) || !is_in_place(process)) &&
             !is_mapped(process));
    if (process->has_ended)
        process->source.process = 0; /* its files are not to be looked for through that pid */
    return process->has_ended;
}

uint64_t live_process_ended_ns(const struct live_process *process)
{
    const struct state_info *info = live_process_info(process);
    const struct stat *status = &process->source.status;
    struct live_query query = live_query_of(process->fd, status, path_base(process->path),
                                            info->pid, info->pid_namespace);
    if (process->pid == 0)
        live_check(&query, 1);
    if (process->pid != 0 || query.is_live)
        return 0;
    return (uint64_t)age_written_ns(status);
}

struct error *live_process_vitals(struct live_process *process, struct vitals *vitals)
{
    return vitals_read(vitals, process->fd, process->path, true);
}

pid_t live_process_pid(const struct live_process *process)
{
    return process->pid;
}

const struct state_info *live_process_info(const struct live_process *process)
{
    return state_reader_info(process->source.reader);
}

const char *live_process_ending(const struct live_process *process)
{
    return process->pidfd >= 0 && !has_exited(process) ? "runs another program (exec)"
                                                       : "has ended";
}

#define LOOK_MS 250 /* at what a pidfd does not tell: exec, the removal of a state */

int live_process_wait(struct live_process *process, int64_t until_ms, const sigset_t *signals)
{
    struct pollfd ended = {.fd = process->pidfd, .events = POLLIN};
    for (;;) {
        if (live_process_has_ended(process))
            return 1;
        int64_t left_ms = until_ms - clock_now_ms();
        if (left_ms <= 0)
            return 0;
        int64_t step_ms = left_ms < LOOK_MS ? left_ms : LOOK_MS;
        struct timespec step = {step_ms / 1000, step_ms % 1000 * 1000000};
        if (ppoll(&ended, 1, &step, signals) < 0 && errno == EINTR)
            return -1;
    }
}

/* Asked before the counts are read: what is said to be alive is. */
struct error *live_process_snapshot(struct live_process *process,
                                    const struct snapshot_options *options,
                                    struct snapshot *snapshot)
{
    live_process_has_ended(process);
    return snapshot_take(&process->source, options, snapshot);
}
