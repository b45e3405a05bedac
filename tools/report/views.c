/* SPDX-License-Identifier: Apache-2.0
 *
 * Beside the profile of a run lie that of its peak and its snapshots; a process has its peak in its
 * state.
 */
#include "tools/report/views.h"

#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "collector/live_process.h"
#include "collector/profile/comment.h"
#include "collector/profile/peak_name.h"
#include "collector/profile/prune.h"
#include "tools/every.h"
#include "tools/open.h"

#define SNAPSHOTS_MOST 48u /* views of one report: of more, every second, third ... is taken */

const char *const report_view_names[] = {"end", "peak", "snapshot", "base"};

static bool grow(struct report_views *views)
{
    if (views->items.count < views->items.capacity)
        return true;
    uint32_t wanted = views->items.capacity ? views->items.capacity * 2 : 8;
    struct report_view *moved = realloc(views->items.items, wanted * sizeof *moved);
    if (!moved)
        return false;
    views->items.items = moved;
    views->items.capacity = wanted;
    return true;
}

/* Takes the profile over. */
static struct error *append(struct report_views *views, enum report_view_kind kind,
                            const char *name, struct profile *profile)
{
    char *copy = strdup(name);
    profile_clean(profile);
    if (!copy || !grow(views) || !profile_prune_named(profile)) {
        free(copy);
        profile_destroy(profile);
        return error_no_memory();
    }
    views->items.items[views->items.count++] = (struct report_view){kind, copy, profile};
    return NULL;
}

static bool is_same_run(const struct profile *one, const struct profile *other)
{
    const char *start = profile_find_text(one, "start");
    const char *other_start = profile_find_text(other, "start");
    return start && other_start && strcmp(start, other_start) == 0;
}

/* A profile beside the first one.  One that cannot be read, or is another run's, is no part of the
 * report, and no error: nobody asked for it. */
static struct error *append_beside(struct report_views *views, enum report_view_kind kind,
                                   const char *path)
{
    struct profile *profile;
    struct error *error = open_profile(path, &profile);
    if (error) {
        error_destroy(error);
        return NULL;
    }
    if (is_same_run(profile, views->items.items[0].profile))
        return append(views, kind, path, profile);
    profile_destroy(profile);
    return NULL;
}

/* ---- snapshots of `memprof run --every` ---- */

/* NAME.NUMBER.snapshot.pb.gz beside NAME.pb.gz.  NULL: no memory. */
static char *snapshot_pattern(const char *path)
{
    size_t length = strlen(path), suffix = strlen(PROFILE_SUFFIX);
    if (length > suffix && strcmp(path + length - suffix, PROFILE_SUFFIX) == 0)
        length -= suffix;
    char *pattern = malloc(2 * length + 64), *to = pattern;
    if (!pattern)
        return NULL;
    for (size_t i = 0; i < length; i++) {
        if (strchr("*?[\\", path[i]))
            *to++ = '\\';
        *to++ = path[i];
    }
    strcpy(to, ".[0-9]*[0-9]" EVERY_SUFFIX);
    return pattern;
}

static struct error *append_snapshots(struct report_views *views, const char *path)
{
    char *pattern = snapshot_pattern(path);
    glob_t found;
    struct error *error = NULL;
    if (!pattern)
        return error_no_memory();
    if (glob(pattern, 0, NULL, &found) == 0) {
        size_t step = (found.gl_pathc + SNAPSHOTS_MOST - 1) / SNAPSHOTS_MOST;
        for (size_t i = 0; i < found.gl_pathc && !error; i += step)
            error = append_beside(views, VIEW_SNAPSHOT, found.gl_pathv[i]);
        globfree(&found);
    }
    free(pattern);
    return error;
}

/* ---- files and processes ---- */

static struct error *read_files(struct report_views *views, const struct inputs *inputs)
{
    struct profile *sum;
    size_t left_out;
    struct error *error = inputs_merge(inputs, &sum, &left_out);
    if (error)
        return error;
    const char *path = inputs->items[0].path;
    if (left_out) { /* a line for each has been printed */
        profile_destroy(sum);
        return error_create("nothing was written, since %zu of %zu files could not be read; try "
                            "without them",
                            left_out, inputs->count);
    }
    error = append(views, VIEW_END, path, sum);
    if (error || inputs->count > 1)
        return error;
    if (inputs->items[0].peak_path)
        error = append_beside(views, VIEW_PEAK, inputs->items[0].peak_path);
    return error ? error : append_snapshots(views, path);
}

static struct error *take_snapshot(struct report_views *views, struct live_process *process,
                                   const char *name, bool at_peak)
{
    const struct snapshot_options options = {.at_peak = at_peak,
                                             .is_for_file = true,
                                             .with_arguments = true,
                                             .end_ns = live_process_ended_ns(process)};
    struct snapshot snapshot;
    struct error *error = live_process_snapshot(process, &options, &snapshot);
    if (!error && (!at_peak || snapshot.peak.is_known)) {
        error = append(views, at_peak ? VIEW_PEAK : VIEW_END, name, snapshot.profile);
        snapshot.profile = NULL;
    }
    snapshot_deinit(&snapshot);
    return error;
}

/* What is known of the profiles alone. */
static bool note_moments(struct report_views *views)
{
    bool has_memory = true;
    for (uint32_t i = 0; i < views->items.count && has_memory; i++)
        if (views->items.items[i].kind != VIEW_BASE)
            has_memory = report_timeline_add(&views->timeline, views->items.items[i].profile);
    report_timeline_finish(&views->timeline);
    return has_memory;
}

/* As it is now, or as it was when it ended. */
static struct error *read_process(struct report_views *views, const struct argument *argument)
{
    struct live_process *process;
    struct error *error = open_process(argument, &process);
    if (error)
        return error;
    views->is_state = live_process_ended_ns(process) != 0;
    views->is_process = !views->is_state;
    views->pid = live_process_info(process)->pid;
    error = take_snapshot(views, process, argument->text, false);
    if (!error)
        error = take_snapshot(views, process, argument->text, true);
    live_process_close(process);
    return error;
}

/* That of a whole run, where its profile has it. */
static bool note_times(struct report_views *views, bool is_one)
{
    if (is_one && !report_timeline_of_profile(&views->timeline, views->items.items[0].profile))
        return false;
    return views->timeline.points.count > 0 || note_moments(views);
}

struct error *report_views_read(struct report_views *views, const struct inputs *inputs,
                                const struct inputs *base)
{
    bool is_process = inputs->count == 1 && inputs->items[0].is_process;
    *views = (struct report_views){.is_process = false};
    struct error *error =
        is_process ? read_process(views, &inputs->items[0].process) : read_files(views, inputs);
    if (!error && base) {
        struct profile *profile;
        size_t left_out;
        error = inputs_merge(base, &profile, &left_out);
        if (!error)
            error = append(views, VIEW_BASE, base->items[0].path, profile);
    }
    if (!error && !note_times(views, inputs->count == 1))
        error = error_no_memory();
    return error;
}

void report_views_deinit(struct report_views *views)
{
    for (uint32_t i = 0; i < views->items.count; i++) {
        free(views->items.items[i].name);
        profile_destroy(views->items.items[i].profile);
    }
    free(views->items.items);
    report_timeline_deinit(&views->timeline);
}
