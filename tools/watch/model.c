/* SPDX-License-Identifier: Apache-2.0 */
#include "tools/watch/model.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "collector/base/clock.h"
#include "collector/profile/prune.h"
#include "collector/profile/wrappers.h"

#define NAMES_MS 5000 /* names that take longer come in a later snapshot */

/* ---- a snapshot ---- */

/* What `memprof top` hides: wrappers that the profile names, and what looks like one. */
static bool hide_wrappers(struct profile *profile, int type)
{
    if (!profile_prune_named(profile))
        return false;
    bool *found = profile_wrappers_find(profile, type);
    bool is_done = found && profile_prune(profile, found, type, NULL);
    free(found);
    return is_done;
}

/* A process that is gone was no child of ours, so its exit status is not known; but its state says
 * whether it came to its end by itself. */
static void say_how_it_ended(struct model *model)
{
    bool is_there = kill(live_process_pid(model->process), 0) == 0 || errno == EPERM;
    snprintf(model->end, sizeof model->end, "%s",
             is_there ? "it runs another program now (exec)"
             : model->vitals.is_exiting
                 ? "it has exited"
                 : "it is gone: killed, or it left without cleaning up (_exit)");
}

static struct error *take(struct model *model, struct profile **profile)
{
    struct snapshot snapshot;
    const struct snapshot_options options = {.at_peak = model->is_at_peak,
                                             .deadline_ms = clock_now_ms() + NAMES_MS};
    struct error *error = live_process_snapshot(model->process, &options, &snapshot);
    *profile = NULL;
    if (!error) {
        *profile = snapshot.profile;
        snapshot.profile = NULL;
        profile_clean(*profile);
        if (!model->shows_wrappers && !hide_wrappers(*profile, PROFILE_ALLOC_SPACE))
            error = error_no_memory();
    }
    snapshot_deinit(&snapshot);
    return error;
}

static void keep(struct model *model, struct profile *profile, struct watch_rows *rows)
{
    int64_t now = clock_now_ms();
    model->seconds = model->taken_ms ? (double)(now - model->taken_ms) / 1000 : 0;
    model->taken_ms = now;
    watch_rows_deinit(&model->before);
    model->before = model->rows;
    model->rows = *rows;
    profile_destroy(model->profile);
    model->profile = profile;
}

struct error *model_update(struct model *model)
{
    struct profile *profile;
    struct watch_rows rows;
    if (model->has_ended)
        return NULL;
    model->has_ended = live_process_has_ended(model->process);
    vitals_deinit(&model->vitals);
    struct error *error = live_process_vitals(model->process, &model->vitals);
    if (model->has_ended)
        say_how_it_ended(model);
    if (error)
        return error;
    error = take(model, &profile);
    if (!error && !watch_rows_init(&rows, profile, model->granularity)) {
        watch_rows_deinit(&rows);
        error = error_no_memory();
    }
    if (error) {
        profile_destroy(profile);
        return error;
    }
    bool is_first = !model->profile;
    keep(model, profile, &rows);
    if (is_first)
        model_begin_anew(model);
    return model_sort(model) ? NULL : error_no_memory();
}

void model_begin_anew(struct model *model)
{
    watch_rows_deinit(&model->first);
    if (!model->profile || !watch_rows_init(&model->first, model->profile, model->granularity))
        watch_rows_deinit(&model->first);
}

/* ---- what is shown of it ---- */

static int64_t cumulative_of(const struct watch_rows *rows, const char *label,
                             enum profile_value type)
{
    const struct watch_row *row = watch_rows_find(rows, label);
    return row ? row->cumulative[type] : 0;
}

static void derive(const struct model *model, struct model_row *shown, const struct watch_row *row)
{
    /* Bytes are counted as bytes, objects as objects. */
    bool is_objects = model->type == PROFILE_ALLOC_OBJECTS || model->type == PROFILE_INUSE_OBJECTS;
    enum profile_value allocated = is_objects ? PROFILE_ALLOC_OBJECTS : PROFILE_ALLOC_SPACE;
    shown->row = row;
    shown->growth =
        row->cumulative[model->type] - cumulative_of(&model->first, row->label, model->type);
    shown->rate = model->seconds > 0
                      ? (double)(row->cumulative[allocated] -
                                 cumulative_of(&model->before, row->label, allocated)) /
                            model->seconds
                      : 0;
}

static const struct model *sorted; /* for qsort, which passes nothing on */

static double key_of(const struct model_row *shown)
{
    switch (sorted->order) {
    case MODEL_BY_CUMULATIVE:
        return (double)shown->row->cumulative[sorted->type];
    case MODEL_BY_GROWTH:
        return (double)shown->growth;
    case MODEL_BY_RATE:
        return shown->rate;
    case MODEL_BY_FLAT:
        break;
    }
    return (double)shown->row->flat[sorted->type];
}

static int by_order(const void *left, const void *right)
{
    const struct model_row *a = left, *b = right;
    double first = key_of(a), second = key_of(b);
    if (first != second)
        return first > second ? -1 : 1;
    int64_t one = a->row->cumulative[sorted->type], other = b->row->cumulative[sorted->type];
    return one != other ? (one > other ? -1 : 1) : strcmp(a->row->label, b->row->label);
}

bool model_sort(struct model *model)
{
    struct model_row *shown = malloc((model->rows.count + 1) * sizeof *shown);
    if (!shown)
        return false;
    uint32_t count = 0;
    for (uint32_t i = 0; i < model->rows.count; i++) {
        const struct watch_row *row = &model->rows.items[i];
        if (!model->filter || pattern_matches(model->filter, row->label))
            derive(model, &shown[count++], row);
    }
    sorted = model;
    if (count)
        qsort(shown, count, sizeof *shown, by_order);
    free(model->shown);
    model->shown = shown;
    model->shown_count = count;
    return true;
}

void model_init(struct model *model, struct live_process *process)
{
    *model = (struct model){
        .process = process, .type = PROFILE_INUSE_SPACE, .granularity = PROFILE_BY_FUNCTION};
}

void model_deinit(struct model *model)
{
    vitals_deinit(&model->vitals);
    profile_destroy(model->profile);
    watch_rows_deinit(&model->rows);
    watch_rows_deinit(&model->first);
    watch_rows_deinit(&model->before);
    pattern_destroy(model->filter);
    free(model->shown);
}
