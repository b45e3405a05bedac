/* SPDX-License-Identifier: Apache-2.0
 *
 * One state to one profile: a snapshot, its file, and only then the state's removal.  Only
 * who removes a state locks it: snapshots of a living process keep nobody waiting.  Whatever
 * fails before the removal leaves the state as it was.
 */
#include "collector/collect.h"
#include "collector/base/budget.h"
#include "collector/base/clock.h"
#include "collector/base/open_regular.h"
#include "collector/collect_result.h"
#include "collector/lifetimes/sidecar.h"
#include "collector/naming.h"
#include "collector/output.h"
#include "collector/profile/peak_name.h"
#include "collector/profile/pprof_encode.h"
#include "collector/run_line.h"
#include "collector/snapshot.h"
#include "collector/state/file.h"
#include "collector/state/header.h"
#include "collector/state/liveness.h"
#include "collector/state/names.h"
#include "collector/state/pid.h"
#include "collector/symbols/cache_dir.h"
#include "collector/symbols/pipe.h"
#include "collector/take_lifetimes.h"

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

#define LOCK_WAIT_MS 5000 /* at exit, for a collector that took the process for dead */

struct collection {
    const struct collect_options *options;
    struct collect_result *result;
    const char *name; /* of the state, for messages */
    const char *base; /* its last component, a name in `directory` */
    int directory;    /* a descriptor of the directory that the state is in; -1: not known */
    int fd;
    pid_t process; /* living, in our pid namespace; 0: there is none, or it is not known */
    const struct state_entry *entry; /* of the list that it was chosen from; NULL: none */
    int64_t started_ms;
    bool is_locked;
    struct snapshot_source source;
    struct snapshot snapshot, peak; /* peak.profile NULL: none is wanted */
    struct profile *lifetimes;      /* NULL: they were not recorded */
};

static const struct state_info *info_of(const struct collection *at)
{
    return state_reader_info(at->source.reader);
}

/* --- the profile --- */

static bool wants_peak(const struct collection *at)
{
    const struct collect_options *options = at->options;
    return options->with_peak || (options->at_exit && info_of(at)->wants_peak);
}

/* A process that is dead and whose end nobody saw has ended when its state was written last: at the
 * latest when the kernel wrote its pages, which a quiet process does not make it do; one
 * that makes its own profile ends now; 0: it runs on. */
static uint64_t end_of(const struct collection *at)
{
    const struct timespec *last = &at->source.status.st_mtim;
    struct timespec now;
    if (at->options->at_exit) {
        clock_gettime(CLOCK_REALTIME, &now);
        last = &now;
    } else if (at->result->is_live) {
        return 0;
    } else if (at->options->ended_ns) {
        return at->options->ended_ns;
    }
    return (uint64_t)last->tv_sec * 1000000000 + (uint64_t)last->tv_nsec;
}

/* Takes the snapshot of the peak first, for what both need is kept for the other. */
static struct error *take_snapshots(struct collection *at)
{
    const struct collect_options *options = at->options;
    struct snapshot_options snapshot_options = {
        .end_ns = end_of(at),
        .use_debuginfod = options->use_debuginfod,
        .debuginfod_timeout_s = options->debuginfod_timeout_s,
        .deadline_ms = options->soft_limit_ms ? at->started_ms + options->soft_limit_ms : 0,
        .workers = options->workers,
        .max_samples = options->max_samples,
        .progress = options->progress,
        .progress_context = options->progress_context,
    };
    struct error *error = NULL;
    if (wants_peak(at)) {
        snapshot_options.at_peak = true;
        error = snapshot_take(&at->source, &snapshot_options, &at->peak);
        snapshot_options.at_peak = false;
    }
    if (!error)
        error = lifetimes_take(&at->source, &snapshot_options, &at->lifetimes);
    snapshot_options.is_for_file = true;
    if (!error)
        error = snapshot_take_last(&at->source, &snapshot_options, &at->snapshot);
    if (error)
        return error;
    memcpy(at->result->totals, at->snapshot.totals, sizeof(at->result->totals));
    memcpy(at->result->peak_totals, at->peak.totals, sizeof(at->result->peak_totals));
    at->result->warning = at->snapshot.warning;
    at->result->remark = at->snapshot.remark;
    at->snapshot.warning = at->snapshot.remark = NULL;
    return NULL;
}

/* --- the file --- */

static bool is_ours(const struct collection *at)
{
    return at->source.status.st_uid == geteuid();
}

/* The name of the state's file is evidence only in a directory where nobody else can name files. */
static struct naming_origin origin_of(const struct collection *at)
{
    struct naming_origin origin = {.is_ours = is_ours(at)};
    if (at->directory >= 0 && state_file_directory_is_private(at->directory) &&
        state_file_is(at->directory, at->base, &at->source.status))
        origin.name = at->base;
    return origin;
}

/* On success `path` is the name that the profile got. */
static struct error *write_profile(const struct collection *at, const struct profile *profile,
                                   const struct naming *naming, char **path)
{
    struct output output;
    struct error *error = output_init(&output, info_of(at), naming);
    if (!error)
        error = output_open(&output);
    if (!error)
        error = pprof_encode(profile, output.file.fd, output.path, NULL, NULL);
    if (!error)
        error = output_commit(&output);
    if (!error) {
        *path = output.path;
        output.path = NULL;
    }
    output_deinit(&output);
    return error;
}

/* Writes another profile beside the first one, by the same rules.  `name` is complete and no
 * template; it is freed. */
static struct error *write_beside(struct collection *at, const struct profile *profile, char *name,
                                  struct naming naming, char **path)
{
    if (!name)
        return error_no_memory();
    naming.template = name;
    naming.is_whole = true;
    struct error *error = write_profile(at, profile, &naming, path);
    free(name);
    return error;
}

static struct error *write_profiles(struct collection *at)
{
    struct naming naming;
    const struct naming_origin origin = origin_of(at);
    naming_decide(&naming, info_of(at), &origin, at->options);
    struct collect_result *result = at->result;
    struct error *error = write_profile(at, at->snapshot.profile, &naming, &result->path);
    if (!error && at->peak.profile)
        error =
            write_beside(at, at->peak.profile, peak_name(result->path), naming, &result->peak_path);
    if (!error && at->lifetimes)
        error = write_beside(at, at->lifetimes, sidecar_name(result->path), naming,
                             &result->lifetimes_path);
    return error;
}

/* --- the whole --- */

/* The lock of who is going to remove the state.  At exit somebody may have taken the process
 * for a dead one already; then the profile is theirs to write. */
static struct error *lock(struct collection *at)
{
    const struct timespec pause = {0, 10000000};
    struct stat status, other;
    int waits = at->options->at_exit ? LOCK_WAIT_MS / 10 : 0;
    while (flock(at->fd, LOCK_EX | LOCK_NB) != 0) {
        if (errno == EINTR)
            continue;
        if (errno != EWOULDBLOCK)
            return NULL; /* this file system has no locks: nobody else can hold one */
        if (waits-- == 0)
            return error_create("cannot collect: %s: it is being collected already", at->name);
        nanosleep(&pause, NULL);
    }
    at->is_locked = true;
    if (fstat(at->fd, &status) == 0 && status.st_nlink == 0 &&
        fstatat(at->directory, at->base, &other, AT_SYMLINK_NOFOLLOW) != 0)
        return error_create("cannot collect: %s: it was collected meanwhile", at->name);
    return NULL;
}

/* Is it still the file that was listed, whose process had ended?  A state never gets another
 * process. */
static bool is_known_dead(const struct collection *at)
{
    return at->entry && !at->entry->is_live && at->entry->device == at->source.status.st_dev &&
           at->entry->inode == at->source.status.st_ino;
}

static void find_owner(struct collection *at)
{
    const struct state_info *info = info_of(at);
    struct live_query query =
        live_query_of(at->fd, &at->source.status, at->base, info->pid, info->pid_namespace);
    if (at->process != 0) {
        at->result->is_live = true;
    } else if (!at->options->at_exit && !is_known_dead(at)) {
        live_check(&query, 1);
        at->result->is_live = query.is_live;
        at->result->is_unknown = query.is_unknown;
        at->process = query.process;
    }
}

/* Opens the state without a lock, since it is only read so far.  Whether it may be removed
 * depends on its process, which is found out next. */
static struct error *open_state(struct collection *at)
{
    struct error *error = at->options->at_exit && !at->options->keep_state ? lock(at) : NULL;
    if (!error)
        error = snapshot_source_init(&at->source, at->fd, at->name, at->process);
    if (!error)
        error = collect_result_fill(at->result, info_of(at));
    if (error)
        return error;
    find_owner(at);
    at->source.process = at->process;
    bool is_removed = !at->result->is_live && at->directory >= 0 && !at->options->keep_state;
    return is_removed && !at->is_locked ? lock(at) : NULL;
}

static struct error *collect_state(struct collection *at)
{
    struct error *error = open_state(at);
    if (!error)
        error = take_snapshots(at);
    if (!error)
        error = write_profiles(at);
    if (error)
        return error;
    if (at->result->is_live || at->directory < 0)
        return NULL;
    if (at->result->run_id != 0 && is_ours(at))
        run_line_append(at->directory, at->result);
    if (!at->options->keep_state)
        at->result->has_removed_state =
            state_file_remove(at->directory, at->base, &at->source.status);
    return NULL;
}

static struct error *collect(struct collection *at)
{
    /* Over a file size limit, write() is to fail and not to end us. */
    struct sigaction ignore = {.sa_handler = SIG_IGN}, before;
    sigaction(SIGXFSZ, &ignore, &before);
    at->started_ms = clock_now_ms();
    budget_begin(budget_stored_bytes(at->fd));
    struct error *error = collect_state(at);
    if (at->is_locked)
        flock(at->fd, LOCK_UN); /* explicitly: a child process may still have the descriptor */
    snapshot_deinit(&at->snapshot);
    snapshot_deinit(&at->peak);
    profile_destroy(at->lifetimes);
    snapshot_source_deinit(&at->source);
    budget_end();
    sigaction(SIGXFSZ, &before, NULL);
    return error;
}

static struct error *collect_in(int directory, const char *base, const char *state,
                                const struct state_entry *entry,
                                const struct collect_options *options,
                                struct collect_result *result)
{
    struct collection at = {
        .options = options,
        .result = result,
        .name = state,
        .base = base,
        .directory = directory,
        .entry = entry,
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
    struct error *error = collect_in(directory, base, state, NULL, options, result);
    close(directory);
    return error;
}

struct error *collect_entry(const struct state_entry *entry, const struct collect_options *options,
                            struct collect_result *result)
{
    *result = (struct collect_result){0};
    return collect_in(entry->directory, entry->name, entry->path, entry, options, result);
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
    free(result->peak_path);
    free(result->lifetimes_path);
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
