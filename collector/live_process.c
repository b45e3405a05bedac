/* SPDX-License-Identifier: Apache-2.0
 *
 * A pidfd tells whether the process has ended, whoever has its pid by then.  exec keeps the
 * process and takes its state away: that is looked for in its maps, but only when a module was
 * added or a mapping is not where it was, for reading all of maps takes milliseconds.
 */
#include "collector/live_process.h"
#include "collector/base/budget.h"
#include "collector/state/header.h"
#include "collector/state/live.h"
#include "collector/state/pid.h"
#include "collector/state/tables.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

struct live_process {
    pid_t pid;
    int pidfd; /* -1: the kernel has none (before Linux 5.3) */
    int fd;    /* of the state */
    char *path;
    struct live_mapping mapping; /* as maps had it when it was last read */
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

struct error *live_process_open(pid_t pid, struct live_process **opened)
{
    struct live_process *process = calloc(1, sizeof(*process));
    if (!process)
        return error_no_memory();
    process->pid = pid;
    process->fd = -1;
    /* Before its state is looked for: whoever has the pid then has it now. */
    process->pidfd = pid > 0 ? (int)syscall(SYS_pidfd_open, pid, 0) : -1;
    struct error *error =
        state_open_pid_mapping(pid, &process->fd, &process->path, &process->mapping);
    if (!error) {
        budget_begin(budget_stored_bytes(process->fd));
        error = snapshot_source_init(&process->source, process->fd, process->path, pid);
        budget_end();
    }
    if (error) {
        live_process_close(process);
        return error;
    }
    process->modules = module_count(process);
    *opened = process;
    return NULL;
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

static bool has_exited(const struct live_process *process)
{
    struct pollfd ended = {.fd = process->pidfd, .events = POLLIN};
    if (process->pidfd < 0)
        return kill(process->pid, 0) != 0 && errno == ESRCH;
    return poll(&ended, 1, 0) == 1;
}

/* Is the state still mapped where it was?  One look; a state that grows may move. */
static bool is_in_place(const struct live_process *process)
{
    char path[128];
    struct stat status;
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

/* Asked before the counts are read: what is said to be alive is. */
struct error *live_process_snapshot(struct live_process *process,
                                    const struct snapshot_options *options,
                                    struct snapshot *snapshot)
{
    live_process_has_ended(process);
    return snapshot_take(&process->source, options, snapshot);
}
