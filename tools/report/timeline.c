/* SPDX-License-Identifier: Apache-2.0 */
#include "tools/report/timeline.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "collector/profile/comment.h"

static bool add_point(struct report_timeline *timeline, const struct profile_point *point)
{
    if (timeline->points.count == timeline->points.capacity) {
        uint32_t wanted = timeline->points.capacity ? timeline->points.capacity * 2 : 256;
        struct profile_point *moved = realloc(timeline->points.items, wanted * sizeof *moved);
        if (!moved)
            return false;
        timeline->points.items = moved;
        timeline->points.capacity = wanted;
    }
    timeline->points.items[timeline->points.count++] = *point;
    return true;
}

static int compare_points(const void *left, const void *right)
{
    const struct profile_point *a = left, *b = right;
    return (a->ms > b->ms) - (a->ms < b->ms);
}

static void sort_points(struct report_timeline *timeline)
{
    if (timeline->points.count)
        qsort(timeline->points.items, timeline->points.count, sizeof *timeline->points.items,
              compare_points);
}

static bool moment_of(const struct profile *profile, const char *key, uint64_t *ms)
{
    uint64_t start_ns, ns;
    if (!profile_find_time(profile, "start", &start_ns) || !profile_find_time(profile, key, &ns) ||
        ns < start_ns)
        return false;
    *ms = (ns - start_ns) / 1000000;
    return true;
}

/* Of a process that ran on there is no end: then it is when the profile was taken. */
static bool taken_at(const struct profile *profile, uint64_t *ms)
{
    uint64_t start_ns, taken_ns = (uint64_t)profile->time_ns;
    if (profile_find_text(profile, "end") || profile->time_ns <= 0 ||
        !profile_find_time(profile, "start", &start_ns) || taken_ns < start_ns)
        return false;
    *ms = (taken_ns - start_ns) / 1000000;
    return true;
}

bool report_timeline_moment(const struct profile *profile, uint64_t *ms)
{
    const char *view = profile_find_text(profile, "view");
    uint64_t peak_ms = 0;
    bool has_peak = moment_of(profile, "peak_time", &peak_ms);
    if (view && strncmp(view, "peak", 4) == 0) {
        *ms = peak_ms;
        return has_peak;
    }
    /* The end of a process that was killed is when its state's file changed last, which the file
     * system may know too early. */
    bool is_known = moment_of(profile, "end", ms) || taken_at(profile, ms);
    if (has_peak && (!is_known || *ms < peak_ms))
        *ms = peak_ms;
    return is_known || has_peak;
}

bool report_timeline_add(struct report_timeline *timeline, const struct profile *profile)
{
    struct profile_point point;
    if (!timeline->peak_bytes)
        profile_find_number(profile, "peak", &timeline->peak_bytes);
    int inuse = profile_find_type(profile, "inuse_space");
    int bytes = profile_find_type(profile, "alloc_space");
    int objects = profile_find_type(profile, "alloc_objects");
    if (inuse < 0 || bytes < 0 || objects < 0 || !report_timeline_moment(profile, &point.ms))
        return true;
    int64_t values[] = {profile_total(profile, inuse), profile_total(profile, bytes),
                        profile_total(profile, objects)};
    if (values[0] < 0 || values[1] < 0 || values[2] < 0)
        return true;
    point.inuse_bytes = (uint64_t)values[0];
    point.allocated_bytes = (uint64_t)values[1];
    point.allocated_objects = (uint64_t)values[2];
    return add_point(timeline, &point);
}

bool report_timeline_of_profile(struct report_timeline *timeline, const struct profile *profile)
{
    struct profile_point *points;
    uint32_t count;
    bool has_memory = profile_timeline_read(profile, &points, &count);
    for (uint32_t i = 0; i < count && has_memory; i++)
        has_memory = add_point(timeline, &points[i]);
    free(points);
    timeline->is_whole = has_memory && count > 0;
    if (!timeline->is_whole || !report_timeline_add(timeline, profile))
        return has_memory && !timeline->is_whole;
    /* Two clocks told when that was. */
    struct profile_point *last = &timeline->points.items[timeline->points.count - 1];
    if (timeline->points.count > count && last->ms < last[-1].ms)
        last->ms = last[-1].ms;
    return true;
}

/* Whether some point is well inside: the rest is a straight line, which says nothing. */
static bool has_shape(const struct report_timeline *timeline)
{
    const struct profile_point *points = timeline->points.items;
    uint32_t count = timeline->points.count;
    for (uint32_t i = 1; i + 1 < count; i++)
        if (points[i].ms > points[count - 1].ms / 20 &&
            points[i].ms < points[count - 1].ms / 20 * 19)
            return true;
    return false;
}

void report_timeline_finish(struct report_timeline *timeline)
{
    const struct profile_point start = {0, 0, 0, 0};
    if (timeline->points.count && !add_point(timeline, &start))
        timeline->points.count = 0;
    sort_points(timeline);
    if (!has_shape(timeline))
        timeline->points.count = 0;
}

void report_timeline_deinit(struct report_timeline *timeline)
{
    free(timeline->points.items);
}
