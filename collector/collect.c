/* SPDX-License-Identifier: Apache-2.0
 *
 * One state to one profile: lock, read, name, write, rename, and only then
 * remove the state.  Whatever fails before that leaves the state as it was.
 */
#include "collector/collect.h"
#include "collector/aggregate.h"
#include "collector/base/budget.h"
#include "collector/base/open_regular.h"
#include "collector/comments.h"
#include "collector/mappings.h"
#include "collector/naming.h"
#include "collector/output.h"
#include "collector/profile/drop_frames.h"
#include "collector/profile/fold.h"
#include "collector/profile/pprof_encode.h"
#include "collector/profile/wrapper_list.h"
#include "collector/run_log.h"
#include "collector/state/file.h"
#include "collector/state/live.h"
#include "collector/state/pid.h"
#include "collector/state/reader.h"
#include "collector/symbolize.h"
#include "collector/symbols/cache_dir.h"
#include "collector/symbols/pipe.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define LOCK_WAIT_MS 5000 /* at exit: somebody may be taking a snapshot */

struct collection {
    const struct collect_options *options;
    struct collect_result *result;
    const char *name; /* of the state, for messages */
    const char *base; /* its last component, in: */
    int directory;    /* the state's, by descriptor; -1: unknown */
    int fd;
    struct stat status;
    pid_t process; /* living; 0: none or unknown */
    int64_t started_ms;
    struct state_reader *reader;
    struct profile *profile;
    struct mappings mappings;
};

/* --- what the result says --- */

static bool is_same_stderr(const struct state_info *info)
{
    struct stat status;
    return info->stderr_open && fstat(STDERR_FILENO, &status) == 0 &&
           status.st_dev == info->stderr_device && status.st_ino == info->stderr_inode;
}

static struct error *fill_result(struct collection *at)
{
    const struct state_info *info = state_reader_info(at->reader);
    struct collect_result *result = at->result;
    result->exe = strdup(info->exe);
    result->pid = info->pid;
    result->flags = (info->is_first ? STATE_IS_FIRST : 0) |
                    (info->is_forked ? STATE_IS_FORKED : 0) | (info->is_child ? STATE_IS_CHILD : 0);
    result->run_id = info->run_id;
    result->interval_bytes = info->interval_bytes;
    result->samples = info->samples;
    result->truncated = info->truncated;
    result->lost = state_info_lost(info);
    result->may_print = is_same_stderr(info);
    result->is_verbose = info->is_verbose;
    return result->exe ? NULL : error_no_memory();
}

/* --- the profile --- */

static bool add_head(struct profile *profile, const struct state_info *info)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    profile->time_ns = (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
    profile->period = info->interval_bytes <= INT64_MAX ? (int64_t)info->interval_bytes : INT64_MAX;
    profile->period_type.type = profile_intern_string(profile, "space");
    profile->period_type.unit = profile_intern_string(profile, "bytes");
    profile->default_type = profile_intern_string(profile, "inuse_space");
    profile->drop_frames = profile_intern_string(profile, DROP_FRAMES);
    return profile->period_type.type != UINT32_MAX && profile->period_type.unit != UINT32_MAX &&
           profile->default_type != UINT32_MAX && profile->drop_frames != UINT32_MAX &&
           comments_add(profile, info);
}

/* Everything but names. */
static struct error *read_state(struct collection *at)
{
    uint32_t count;
    const struct module *modules = state_reader_modules(at->reader, &count);
    at->profile = profile_create();
    if (!at->profile || !mappings_init(&at->mappings, at->profile, modules, count) ||
        !aggregate(at->reader, &at->mappings, at->profile) ||
        !add_head(at->profile, state_reader_info(at->reader)) ||
        !(at->options->max_samples ? fold_samples(at->profile, at->options->max_samples)
                                   : fold_frames(at->profile)))
        return budget_error("cannot collect: %s", at->name);
    if (state_reader_is_broken(at->reader))
        return error_create("cannot collect: %s: the file was truncated while it was read",
                            at->name);
    for (int i = 0; i < PROFILE_VALUES; i++)
        at->result->totals[i] = profile_total(at->profile, i);
    profile_drop_node_index(at->profile); /* much memory, and there are no more stacks */
    state_reader_unmap(at->reader);
    return NULL;
}

/* Of a dead process the map still lies there, if its /tmp was ours. */
static struct perf_map_query perf_map_of(const struct collection *at)
{
    const struct state_info *info = state_reader_info(at->reader);
    bool is_known = at->process != 0 || !live_is_foreign_namespace(info->pid_namespace);
    return (struct perf_map_query){
        .pid = is_known ? info->pid : 0,
        .root_pid = (int)at->process,
        .owner = at->status.st_uid,
        .start_ns = info->start_ns,
    };
}

static struct error *name_frames(struct collection *at)
{
    const struct collect_options *options = at->options;
    struct symbolize_report report = {0};
    struct symbolize_options symbolize_options = {
        .search = {.root_pid = (int)at->process,
                   .use_debuginfod = options->use_debuginfod,
                   .debuginfod_timeout_s = options->debuginfod_timeout_s},
        .perf_map = perf_map_of(at),
        .owner_uid = at->status.st_uid,
        .owner_gid = at->status.st_gid,
        .workers = options->workers,
        .report = &report,
        .deadline_ms = options->soft_limit_ms ? at->started_ms + options->soft_limit_ms : 0,
        .progress = options->progress,
        .context = options->progress_context,
    };
    bool has_memory = symbolize(at->profile, &at->mappings, &symbolize_options) &&
                      comments_add_symbols(at->profile, &report, at->result);
    free(report.given_up);
    free(report.packed);
    if (!has_memory)
        return budget_error("cannot collect: %s", at->name);
    profile_drop_index(at->profile);
    return NULL;
}

/* --- the file --- */

static bool is_ours(const struct collection *at)
{
    return at->status.st_uid == geteuid();
}

/* What the state's file is called says something only where nobody else names files. */
static struct naming_origin origin_of(const struct collection *at)
{
    struct naming_origin origin = {.is_ours = is_ours(at)};
    if (at->directory >= 0 && state_file_directory_is_private(at->directory) &&
        state_file_is(at->directory, at->base, &at->status))
        origin.name = at->base;
    return origin;
}

static struct error *write_profile(struct collection *at)
{
    struct naming naming;
    struct output output;
    const struct naming_origin origin = origin_of(at);
    naming_decide(&naming, state_reader_info(at->reader), &origin, at->options);
    struct error *error = output_init(&output, state_reader_info(at->reader), &naming);
    if (!error)
        error = output_open(&output);
    if (!error)
        error = pprof_encode(at->profile, output.fd, output.path, NULL, NULL);
    if (!error)
        error = output_commit(&output);
    if (!error) {
        at->result->path = output.path;
        output.path = NULL;
    }
    output_deinit(&output);
    return error;
}

/* --- the whole --- */

static struct error *lock(struct collection *at)
{
    const struct timespec pause = {0, 10000000};
    int waits = at->options->at_exit ? LOCK_WAIT_MS / 10 : 0;
    while (flock(at->fd, LOCK_EX | LOCK_NB) != 0) {
        if (errno == EINTR)
            continue;
        if (errno != EWOULDBLOCK)
            return NULL; /* no locks here: on with it */
        if (waits-- == 0)
            return error_create("cannot collect: %s: it is being collected already", at->name);
        nanosleep(&pause, NULL);
    }
    return NULL;
}

static void find_out_who_lives(struct collection *at)
{
    const struct state_info *info = state_reader_info(at->reader);
    struct live_query query = {
        .device = at->status.st_dev,
        .inode = at->status.st_ino,
        .name = at->base,
        .owner = at->status.st_uid,
        .made_ns = live_made_ns(at->fd),
        .pid = info->pid,
        .pid_namespace = info->pid_namespace,
    };
    if (at->process != 0) {
        at->result->is_live = true;
    } else if (!at->options->at_exit) {
        live_check(&query, 1);
        at->result->is_live = query.is_live;
        at->process = query.process;
    }
}

static struct error *collect_locked(struct collection *at)
{
    struct error *error = state_reader_create(at->fd, at->name, &at->reader);
    if (!error)
        error = fill_result(at);
    if (error)
        return error;
    find_out_who_lives(at);
    error = read_state(at);
    if (!error)
        error = name_frames(at);
    if (!error)
        error = write_profile(at);
    if (error)
        return error;
    if (at->result->is_live || at->directory < 0)
        return NULL;
    if (at->result->run_id != 0 && is_ours(at))
        run_log_append(at->directory, at->result);
    if (!at->options->keep_state)
        at->result->has_removed_state = state_file_remove(at->directory, at->base, &at->status);
    return NULL;
}

static struct error *collect(struct collection *at)
{
    /* Over a file size limit, write() is to fail and not to end us. */
    struct sigaction ignore = {.sa_handler = SIG_IGN}, before;
    sigaction(SIGXFSZ, &ignore, &before);
    at->started_ms = symbol_now_ms();
    struct error *error = NULL;
    budget_begin(budget_stored_bytes(at->fd));
    if (fstat(at->fd, &at->status) != 0)
        error = error_create_errno(errno, "cannot collect: %s", at->name);
    if (!error)
        error = lock(at);
    if (!error)
        error = collect_locked(at);
    flock(at->fd, LOCK_UN);
    profile_destroy(at->profile);
    mappings_deinit(&at->mappings);
    state_reader_destroy(at->reader);
    budget_end();
    sigaction(SIGXFSZ, &before, NULL);
    return error;
}

static struct error *collect_in(int directory, const char *base, const char *state,
                                const struct collect_options *options,
                                struct collect_result *result)
{
    struct collection at = {
        .options = options,
        .result = result,
        .name = state,
        .base = base,
        .directory = directory,
        .fd = open_regular_at(directory, base, O_NOFOLLOW, NULL),
    };
    if (at.fd < 0)
        return open_regular_error(errno, "cannot collect: %s", state);
    struct error *error = collect(&at);
    close(at.fd);
    return error;
}

struct error *collect_path(const char *state, const struct collect_options *options,
                           struct collect_result *result)
{
    const char *base;
    *result = (struct collect_result){0};
    int directory = state_file_open_directory(state, &base);
    if (directory < 0 && errno == ELOOP)
        return error_create("cannot collect: %s: a symbolic link of another user is on the way",
                            state);
    if (directory < 0)
        return error_create_errno(errno, "cannot collect: %s", state);
    struct error *error = collect_in(directory, base, state, options, result);
    close(directory);
    return error;
}

struct error *collect_entry(const struct state_entry *entry, const struct collect_options *options,
                            struct collect_result *result)
{
    *result = (struct collect_result){0};
    return collect_in(entry->directory, entry->name, entry->path, options, result);
}

/* A living process's state is not removed, so it needs no directory. */
struct error *collect_pid(pid_t pid, const struct collect_options *options,
                          struct collect_result *result)
{
    int fd;
    char *path;
    *result = (struct collect_result){0};
    struct error *error = state_open_pid(pid, &fd, &path);
    if (error)
        return error;
    struct collection at = {
        .options = options,
        .result = result,
        .name = path,
        .directory = -1,
        .fd = fd,
        .process = pid,
    };
    error = collect(&at);
    close(fd);
    free(path);
    return error;
}

void collect_result_deinit(struct collect_result *result)
{
    free(result->path);
    free(result->exe);
    free(result->remark);
    free(result->warning);
    *result = (struct collect_result){0};
}

struct error *collect_prune(const char *directory, uint64_t age_ns, size_t *removed)
{
    struct error *error = state_prune(directory, age_ns, removed);
    if (!directory)
        symbol_cache_dir_prune(age_ns, removed);
    return error;
}
