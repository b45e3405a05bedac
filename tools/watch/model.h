/* SPDX-License-Identifier: Apache-2.0
 *
 * What is watched, and what is shown of it: the process, the last snapshot, and the one that
 * changes are counted from.
 */
#ifndef MEMPROF_TOOLS_WATCH_MODEL_H
#define MEMPROF_TOOLS_WATCH_MODEL_H

#include <stdbool.h>
#include <stdint.h>

#include "collector/base/error.h"
#include "collector/live_process.h"
#include "collector/profile/pattern.h"
#include "collector/vitals.h"
#include "tools/watch/rows.h"

enum model_order { MODEL_BY_FLAT, MODEL_BY_CUMULATIVE, MODEL_BY_GROWTH, MODEL_BY_RATE };

/* A row and what is derived of it. */
struct model_row {
    const struct watch_row *row;
    int64_t growth; /* of the value that is shown, since the watch began */
    double rate;    /* of what is allocated, a second, between the last two snapshots */
};

struct model {
    struct live_process *process;
    struct vitals vitals;     /* as of the last snapshot */
    struct profile *profile;  /* the last one, wrappers hidden or not; NULL: none yet */
    struct watch_rows rows;   /* of it */
    struct watch_rows first;  /* since when changes are counted */
    struct watch_rows before; /* of the snapshot before the last */
    double seconds;           /* between these two; 0: there are no two yet */
    int64_t taken_ms;         /* CLOCK_MONOTONIC, the last one */
    struct model_row *shown;  /* those that the filter lets through, sorted */
    uint32_t shown_count;
    enum profile_value type;
    enum model_order order;
    enum profile_granularity granularity;
    bool is_at_peak, shows_wrappers;
    struct pattern *filter; /* NULL: all */
    bool has_ended;
    char end[80]; /* how, then */
};

/* The process stays the caller's.  model_deinit() it in any case. */
void model_init(struct model *model, struct live_process *process);
void model_deinit(struct model *model);

/* Takes a snapshot; of a process that has ended, its last, once. */
struct error *model_update(struct model *model);
/* The same snapshot in another way: order, filter and value were changed.  False: no memory. */
bool model_sort(struct model *model);
/* Changes are counted from now on. */
void model_begin_anew(struct model *model);

#endif
