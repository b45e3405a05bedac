/* SPDX-License-Identifier: Apache-2.0
 *
 * The rate and the last event come from the timeline, whose times are those of the monotonic
 * clock since the state was made.
 */
#include "collector/vitals.h"

#include "collector/base/budget.h"
#include "collector/base/clock.h"
#include "collector/state/header.h"
#include "collector/state/names.h"
#include "collector/state/reader.h"
#include "collector/state/tables.h"
#include "collector/words.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define NS_PER_S    UINT64_C(1000000000)
#define RATE_RING   1    /* the finest that reaches back ten seconds: a point each 0.1 s */
#define LATEST_RING 0    /* the ring with the newest point */
#define CONFIDENCE  1.96 /* standard errors on each side, for 95 % */

static uint64_t minus(uint64_t more, uint64_t less)
{
    return more > less ? more - less : 0;
}

uint64_t vitals_live_bytes(const struct vitals *vitals)
{
    return minus(vitals->totals.allocated_bytes, vitals->totals.freed_bytes);
}

uint64_t vitals_live_objects(const struct vitals *vitals)
{
    return minus(vitals->totals.allocated_objects, vitals->totals.freed_objects);
}

uint64_t vitals_silent_ns(const struct vitals *vitals)
{
    return vitals->has_last_event ? vitals->last_event_ns : vitals->up_ns;
}

const struct vitals_ring *vitals_whole_ring(const struct vitals *vitals)
{
    const struct vitals_ring *coarsest = vitals->rings[0].points ? &vitals->rings[0] : NULL;
    for (unsigned i = 0; i < STATE_READER_RINGS; i++) {
        const struct vitals_ring *ring = &vitals->rings[i];
        if (ring->count == 0)
            continue; /* nothing happened after its first step */
        if (ring->step_ns * STATE_READER_RING_POINTS >= vitals->up_ns)
            return ring;
        coarsest = ring;
    }
    return coarsest;
}

/* --- how sure --- */

/* What is live are B of all S bytes that were allocated: the variance of its estimate is at most
 * T B (1 - B/S) (docs/statistics.md).  Of B counts only what is in samples smaller than T, and
 * each of those stands for T bytes. */
static void estimate_errors(struct vitals *vitals)
{
    double interval = (double)vitals->interval_bytes, live = (double)vitals_live_bytes(vitals);
    double all = (double)vitals->totals.allocated_bytes;
    double small = fmin(live, (double)vitals->live_samples * interval);
    if (vitals->interval_bytes <= 1 || small <= 0)
        return;
    double error = CONFIDENCE * sqrt(interval * small * fmax(1 - small / all, 0));
    vitals->error_bytes = error;
    vitals->error_objects = (double)vitals_live_objects(vitals) * fmin(error / small, 1);
}

/* --- the timeline --- */

/* The newest point that is at least that old; NULL: none.  Points are sorted. */
static const struct state_reader_point *point_before(const struct state_reader_point *points,
                                                     uint32_t count, uint64_t at_ns)
{
    while (count > 0 && points[count - 1].since_start_ns > at_ns)
        count--;
    return count > 0 ? &points[count - 1] : NULL;
}

static void find_last_event(struct vitals *vitals, const struct state_reader *reader,
                            uint64_t up_ns, struct state_reader_point *points)
{
    uint32_t count = state_reader_ring(reader, LATEST_RING, points);
    vitals->has_last_event = count > 0 || vitals->samples > 0;
    /* Without a point all was in the first moment, before the first of them was due. */
    vitals->last_event_ns = count > 0 ? minus(up_ns, points[count - 1].since_start_ns) : up_ns;
}

/* From the newest point that is ten seconds old.  If nothing happened after it for longer than
 * its ring's step, its values held on until ten seconds ago.  Events after the last point, which
 * are few, came right after it, as far as one can tell. */
static void find_rate(struct vitals *vitals, const struct state_reader *reader, uint64_t up_ns,
                      struct state_reader_point *points)
{
    vitals->has_rate = up_ns > 0;
    if (up_ns == 0 || (vitals->last_event_ns > VITALS_RATE_NS && up_ns > VITALS_RATE_NS))
        return; /* it is 0 */
    uint32_t count = state_reader_ring(reader, RATE_RING, points);
    const struct state_reader_point *then =
        up_ns > VITALS_RATE_NS ? point_before(points, count, up_ns - VITALS_RATE_NS) : NULL;
    uint64_t longest_ns = VITALS_RATE_NS + state_reader_ring_step_ns(RATE_RING);
    uint64_t ns = then ? up_ns - then->since_start_ns : up_ns;
    double seconds = (double)(ns < longest_ns ? ns : longest_ns) / (double)NS_PER_S;
    vitals->rate_bytes =
        (double)minus(vitals->totals.allocated_bytes, then ? then->allocated_bytes : 0) / seconds;
    vitals->rate_objects =
        (double)minus(vitals->totals.allocated_objects, then ? then->allocated_objects : 0) /
        seconds;
}

static bool read_rings(struct vitals *vitals, const struct state_reader *reader)
{
    for (unsigned i = 0; i < STATE_READER_RINGS; i++) {
        struct vitals_ring *ring = &vitals->rings[i];
        ring->step_ns = state_reader_ring_step_ns(i);
        ring->points = malloc(STATE_READER_RING_POINTS * sizeof(*ring->points));
        if (!ring->points)
            return false;
        ring->count = state_reader_ring(reader, i, ring->points);
    }
    return true;
}

static bool read_timeline(struct vitals *vitals, const struct state_reader *reader, bool with_rings)
{
    const struct state_info *info = state_reader_info(reader);
    uint64_t monotonic_ns = clock_ns(CLOCK_MONOTONIC);
    /* One of another time namespace may be ahead of ours. */
    if (!info->has_timeline || info->start_monotonic_ns == 0 ||
        info->start_monotonic_ns > monotonic_ns)
        return true;
    struct state_reader_point *points = malloc(STATE_READER_RING_POINTS * sizeof(*points));
    if (!points)
        return false;
    vitals->up_ns = monotonic_ns - info->start_monotonic_ns;
    find_last_event(vitals, reader, vitals->up_ns, points);
    find_rate(vitals, reader, vitals->up_ns, points);
    free(points);
    return !with_rings || read_rings(vitals, reader);
}

/* --- the whole --- */

static void copy_build_id(struct vitals *vitals, const struct state_reader *reader)
{
    uint8_t id[MODULE_BUILD_ID_MAX];
    uint32_t length = state_reader_build_id(reader, id);
    module_build_id_text(vitals->build_id, id, length);
}

/* False: no memory. */
static bool copy_info(struct vitals *vitals, const struct state_info *info)
{
    vitals->version = info->version;
    vitals->pid = info->pid;
    vitals->parent = info->ppid;
    vitals->flags = state_info_kind(info);
    vitals->pid_namespace = info->pid_namespace;
    vitals->run_id = info->run_id;
    vitals->start_ns = info->start_ns;
    vitals->interval_bytes = info->interval_bytes;
    vitals->is_exiting = info->is_exiting;
    vitals->samples = info->samples;
    vitals->threads = info->threads;
    vitals->live_samples = minus(info->samples, info->samples_freed);
    vitals->truncated = info->truncated;
    vitals->lost = state_info_lost(info);
    memcpy(vitals->losses, info->losses, sizeof(vitals->losses));
    memcpy(vitals->writer, info->writer, sizeof(vitals->writer));
    vitals->up_ns = minus(clock_ns(CLOCK_REALTIME), info->start_ns);
    vitals->exe = strdup(info->exe);
    vitals->comm = strdup(info->comm);
    vitals->words = words_of_state(info);
    return vitals->exe && vitals->comm && vitals->words;
}

struct error *vitals_read(struct vitals *vitals, int fd, const char *name, bool with_rings)
{
    struct state_reader *reader;
    *vitals = (struct vitals){.state_bytes = budget_stored_bytes(fd)};
    budget_begin(vitals->state_bytes);
    struct error *error = state_reader_create_totals(fd, name, &reader);
    if (error) {
        budget_end();
        return error;
    }
    copy_build_id(vitals, reader);
    state_reader_totals(reader, &vitals->totals);
    state_reader_peak(reader, &vitals->peak);
    if (!copy_info(vitals, state_reader_info(reader)) || !read_timeline(vitals, reader, with_rings))
        error = budget_error("cannot read the state: %s", name);
    estimate_errors(vitals);
    if (!error && state_reader_is_broken(reader))
        error = error_create("cannot read the state: %s: the file was truncated while it was read",
                             name);
    state_reader_destroy(reader);
    budget_end();
    return error;
}

void vitals_deinit(struct vitals *vitals)
{
    free(vitals->exe);
    free(vitals->comm);
    free(vitals->words);
    for (unsigned i = 0; i < STATE_READER_RINGS; i++)
        free(vitals->rings[i].points);
    *vitals = (struct vitals){0};
}

uint64_t vitals_peak_excess(uint64_t bytes, uint64_t interval_bytes)
{
    return interval_bytes <= 1 ? 0 : (uint64_t)(2 * sqrt((double)bytes * (double)interval_bytes));
}
