/* SPDX-License-Identifier: Apache-2.0
 *
 * What is kept between snapshots is a profile with all stacks seen so far and their names; a
 * snapshot is a copy of it with the values of its moment.  The last snapshot takes the profile
 * itself: there the smallest samples are folded before their names are looked for.
 */
#include "collector/snapshot.h"
#include "collector/base/budget.h"
#include "collector/base/clock.h"
#include "collector/comments.h"
#include "collector/profile/drop_frames.h"
#include "collector/profile/fold.h"
#include "collector/profile/wrapper_list.h"
#include "collector/profile/zeros.h"
#include "collector/state/counts.h"
#include "collector/state/header.h"
#include "collector/state/liveness.h"
#include "collector/state/reader.h"
#include "collector/state/tables.h"
#include "collector/symbols/tail_frames.h"
#include "collector/take_timeline.h"

#include <errno.h>
#include <stdlib.h>
#include <time.h>

/* Adds what all profiles of a state have in common. */
static bool add_head(struct profile *profile, const struct state_info *info)
{
    profile->period = info->interval_bytes <= INT64_MAX ? (int64_t)info->interval_bytes : INT64_MAX;
    profile->period_type.type = profile_intern_string(profile, "space");
    profile->period_type.unit = profile_intern_string(profile, "bytes");
    profile->default_type = profile_intern_string(profile, "inuse_space");
    profile->drop_frames = profile_intern_string(profile, DROP_FRAMES);
    return profile->period_type.type != UINT32_MAX && profile->period_type.unit != UINT32_MAX &&
           profile->default_type != UINT32_MAX && profile->drop_frames != UINT32_MAX;
}

/* The module of the main program; NULL: it was not recorded. */
static const struct module *executable_of(const struct state_reader *reader)
{
    uint32_t count;
    const struct module *modules = state_reader_modules(reader, &count);
    for (uint32_t i = 1; i < count; i++)
        if (modules[i].map_end != 0 && modules[i].is_executable)
            return &modules[i];
    return NULL;
}

static bool describe(const struct snapshot_source *source, struct profile *profile,
                     const struct snapshot_options *options, const struct state_reader_peak *peak)
{
    const struct comments_about about = {
        .info = state_reader_info(source->reader),
        .executable = executable_of(source->reader),
        .end_ns = options->end_ns,
        .peak = peak,
        .is_at_peak = options->at_peak,
        .is_difference = options->earlier != NULL,
    };
    profile->time_ns = (int64_t)clock_ns(CLOCK_REALTIME);
    if (!comments_add(profile, &about))
        return false;
    if (!options->is_for_file || options->at_peak || options->earlier)
        return true;
    return comments_add_origin(profile, about.info, options->with_arguments) &&
           timeline_take(source->reader, profile);
}

bool snapshot_describe(const struct snapshot_source *source, struct profile *profile,
                       const struct snapshot_options *options)
{
    const struct state_reader_peak none = {0};
    profile->drop_frames = profile_intern_string(profile, DROP_FRAMES);
    return profile->drop_frames != UINT32_MAX && describe(source, profile, options, &none);
}

/* Completes a profile with all that depends on the moment; names are given later.  At most
 * `most` samples stay. */
static bool complete(const struct snapshot_source *source, struct profile *profile, uint32_t most,
                     const struct snapshot_options *options, struct snapshot *snapshot)
{
    profile_drop_zeros(profile);
    if (!describe(source, profile, options, &snapshot->peak) || !fold_samples(profile, most))
        return false;
    for (int i = 0; i < PROFILE_VALUES; i++)
        snapshot->totals[i] = profile_total(profile, i);
    return true;
}

/* Reads the counts that are shown, and what is known of the peak. */
static bool read_counts(const struct snapshot_source *source,
                        const struct snapshot_options *options, struct snapshot *snapshot)
{
    if (options->at_peak)
        return counts_init_at_peak(&snapshot->counts, source->reader, &snapshot->peak);
    state_reader_peak(source->reader, &snapshot->peak);
    return counts_init(&snapshot->counts, source->reader);
}

static bool read_sites(struct snapshot_source *source, const struct snapshot_options *options,
                       struct snapshot *snapshot)
{
    const struct counts_view view = {&snapshot->counts, options->earlier};
    return read_counts(source, options, snapshot) &&
           aggregate_update(&source->aggregate, source->reader, &view) &&
           add_head(source->aggregate.profile, state_reader_info(source->reader));
}

/* The map of a process that has ended is still there, if its /tmp was ours. */
static struct perf_map_query perf_map_of(const struct snapshot_source *source)
{
    const struct state_info *info = state_reader_info(source->reader);
    bool is_known = source->process != 0 || !live_is_foreign_namespace(info->pid_namespace);
    return (struct perf_map_query){
        .pid = is_known ? info->pid : 0,
        .root_pid = (int)source->process,
        .owner = source->status.st_uid,
        .start_ns = info->start_ns,
    };
}

/* Stacks are only ever added, so that the same number means the same stacks. */
static bool is_named(struct snapshot_source *source)
{
    const struct profile *profile = source->aggregate.profile;
    uint64_t size =
        (uint64_t)profile->nodes.count + profile->samples.count + profile->locations.count;
    bool is_same = size == source->named_size && source->beginnings == source->aggregate.beginnings;
    if (source->beginnings != source->aggregate.beginnings) {
        symbol_calls_deinit(&source->calls);
        source->calls = (struct symbol_calls){0};
    }
    source->beginnings = source->aggregate.beginnings;
    source->named_size = size;
    return is_same;
}

bool snapshot_name(struct snapshot_source *source, struct aggregate *aggregate,
                   struct symbol_calls *calls, const struct snapshot_options *options)
{
    struct symbolize_options symbolize_options = {
        .search = {.root_pid = (int)source->process,
                   .use_debuginfod = options->use_debuginfod,
                   .debuginfod_timeout_s = options->debuginfod_timeout_s},
        .perf_map = perf_map_of(source),
        .owner_uid = source->status.st_uid,
        .owner_gid = source->status.st_gid,
        .workers = options->workers,
        .report = &source->report,
        .deadline_ms = options->deadline_ms,
        .progress = options->progress,
        .context = options->progress_context,
    };
    return symbolize(aggregate->profile, &aggregate->mappings, &symbolize_options, calls);
}

static bool name_frames(struct snapshot_source *source, const struct snapshot_options *options)
{
    return snapshot_name(source, &source->aggregate, &source->calls, options);
}

static bool say_what_is_missing(const struct snapshot_source *source, struct snapshot *snapshot)
{
    if (!comments_add_symbols(snapshot->profile, &source->report, &snapshot->warning,
                              &snapshot->remark))
        return false;
    profile_drop_index(snapshot->profile);
    return true;
}

static struct error *broken(const struct snapshot_source *source)
{
    return error_create("cannot collect: %s: the file was truncated while it was read",
                        source->name);
}

/* How many samples may stay.  To find that out is a pass over all stacks, which is done only
 * when there are new ones. */
static bool limit(struct snapshot_source *source, const struct snapshot_options *options,
                  uint32_t *most)
{
    const struct profile *profile = source->aggregate.profile;
    uint64_t size = (uint64_t)profile->nodes.count + profile->samples.count;
    if (!options->max_samples && source->limited_size != size) {
        source->frames_limit = 0;
        source->limited_size = size;
        if (!fold_limit(profile, &source->frames_limit))
            return false;
    }
    *most = options->max_samples ? options->max_samples : source->frames_limit;
    return true;
}

static struct error *take(struct snapshot_source *source, const struct snapshot_options *options,
                          struct snapshot *snapshot)
{
    if (!state_reader_refresh(source->reader) || !read_sites(source, options, snapshot))
        return budget_error("cannot collect: %s", source->name);
    if (state_reader_is_broken(source->reader))
        return broken(source);
    if (!is_named(source) && !name_frames(source, options)) {
        source->named_size = 0;
        return budget_error("cannot collect: %s", source->name);
    }
    const struct profile *known = source->aggregate.profile;
    uint32_t most = 0;
    if (limit(source, options, &most))
        snapshot->profile = profile_copy(known, known->samples.count > most);
    if (!snapshot->profile || !tail_frames_apply(snapshot->profile, &source->calls) ||
        !complete(source, snapshot->profile, most, options, snapshot) ||
        !say_what_is_missing(source, snapshot))
        return budget_error("cannot collect: %s", source->name);
    return NULL;
}

struct error *snapshot_take(struct snapshot_source *source, const struct snapshot_options *options,
                            struct snapshot *snapshot)
{
    *snapshot = (struct snapshot){0};
    budget_begin(budget_stored_bytes(source->fd));
    struct error *error = take(source, options, snapshot);
    budget_end();
    return error;
}

struct error *snapshot_take_last(struct snapshot_source *source,
                                 const struct snapshot_options *options, struct snapshot *snapshot)
{
    struct aggregate *aggregate = &source->aggregate;
    *snapshot = (struct snapshot){0};
    uint32_t most = 0;
    if (!read_sites(source, options, snapshot) || !limit(source, options, &most) ||
        !complete(source, aggregate->profile, most, options, snapshot))
        return budget_error("cannot collect: %s", source->name);
    if (state_reader_is_broken(source->reader))
        return broken(source);
    aggregate_finish(aggregate);
    counts_deinit(&snapshot->counts);
    profile_drop_node_index(
        aggregate->profile); /* it takes much memory, and no more stacks will be added */
    state_reader_unmap(source->reader);
    symbol_calls_deinit(&source->calls); /* folding has renumbered locations */
    bool has_names =
        name_frames(source, options) && tail_frames_apply(aggregate->profile, &source->calls);
    snapshot->profile = aggregate->profile;
    aggregate->profile = NULL;
    if (!has_names || !say_what_is_missing(source, snapshot))
        return budget_error("cannot collect: %s", source->name);
    return NULL;
}

void snapshot_deinit(struct snapshot *snapshot)
{
    profile_destroy(snapshot->profile);
    counts_deinit(&snapshot->counts);
    free(snapshot->warning);
    free(snapshot->remark);
    *snapshot = (struct snapshot){0};
}

struct error *snapshot_source_init(struct snapshot_source *source, int fd, const char *name,
                                   pid_t process)
{
    *source = (struct snapshot_source){.fd = fd, .name = name, .process = process};
    if (fstat(fd, &source->status) != 0)
        return error_create_errno(errno, "cannot collect: %s", name);
    struct error *error = state_reader_create(fd, name, &source->reader);
    if (!error && !aggregate_init(&source->aggregate))
        error = budget_error("cannot collect: %s", name);
    return error;
}

void snapshot_source_deinit(struct snapshot_source *source)
{
    aggregate_deinit(&source->aggregate);
    state_reader_destroy(source->reader);
    symbol_calls_deinit(&source->calls);
    free(source->report.given_up);
    free(source->report.packed);
    *source = (struct snapshot_source){.fd = -1};
}
