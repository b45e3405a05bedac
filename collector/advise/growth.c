/* SPDX-License-Identifier: Apache-2.0 */
#include "collector/advise/growth.h"
#include "collector/advise/static_root.h"
#include "collector/lifetimes/look.h"

#include <stdlib.h>

/* A table that a program fills while it starts has grown fast and grows no more, or slower: what
 * leaks goes on at a rate of at least so much of what it was before the first look ... */
#define STEADY_SHARE 0.25
/* ... and of what it grew by from the first look to the last, so much is of the latter half. */
#define LATE_SHARE 0.25

/* One look. */
struct point {
    double time_s; /* since the process began */
    struct lifetimes_live live;
};

static void add(struct lifetimes_live *sum, struct lifetimes_live more)
{
    sum->objects = lifetime_plus(sum->objects, more.objects);
    sum->bytes = lifetime_plus(sum->bytes, more.bytes);
}

static void fill(struct point *points, const struct lifetimes *lifetimes,
                 const struct site_part *parts, uint32_t count)
{
    uint32_t last = lifetimes->look_count;
    for (uint32_t i = 0; i < last; i++)
        points[i].time_s =
            ((double)lifetimes->looks[i].time_ns - (double)lifetimes->start_ns) / 1e9;
    points[last].time_s = (double)lifetimes->run_ns / 1e9;
    for (uint32_t p = 0; p < count; p++) {
        if (static_root_of(lifetimes->profile, parts[p].stack->node))
            continue;
        for (uint32_t i = 0; i < last; i++)
            add(&points[i].live, lifetimes->looks[i].live[parts[p].stack - lifetimes->stacks]);
        add(&points[last].live, lifetimes_live(&parts[p].stack->life));
    }
}

/* Of the straight line with the least squares of distances. */
static double slope_of(const struct point *points, uint32_t count, bool is_bytes)
{
    double time = 0, value = 0, above = 0, below = 0;
    for (uint32_t i = 0; i < count; i++) {
        time += points[i].time_s / count;
        value += (double)(is_bytes ? points[i].live.bytes : points[i].live.objects) / count;
    }
    for (uint32_t i = 0; i < count; i++) {
        double x = points[i].time_s - time;
        above += x * ((double)(is_bytes ? points[i].live.bytes : points[i].live.objects) - value);
        below += x * x;
    }
    return below > 0 ? above / below : 0;
}

static double grown(const struct point *from, const struct point *to)
{
    return (double)to->live.objects - (double)from->live.objects;
}

/* Whether they never became fewer, and have not stopped to become more. */
static bool grows_on(const struct point *points, uint32_t count)
{
    const struct point *last = points + count - 1, *middle = points;
    for (uint32_t i = 1; i < count; i++)
        if (points[i].live.objects < points[i - 1].live.objects)
            return false;
    while (middle + 1 < last &&
           middle->time_s - points->time_s < (last->time_s - points->time_s) / 2)
        middle++;
    return grown(points, last) > 0 && grown(middle, last) >= LATE_SHARE * grown(points, last);
}

static bool is_steady(const struct point *first, const struct point *last)
{
    return grown(first, last) * first->time_s >=
           STEADY_SHARE * (double)first->live.objects * (last->time_s - first->time_s);
}

bool growth_measure(struct advise_site *site, const struct lifetimes *lifetimes,
                    const struct site_part *parts, uint32_t count)
{
    uint32_t looks = lifetimes->look_count + 1;
    site->looks = looks;
    if (looks == 1)
        return true;
    struct point *points = calloc(looks, sizeof(*points)), *last = points + looks - 1;
    if (!points)
        return false;
    fill(points, lifetimes, parts, count);
    if (grows_on(points, looks))
        site->growth = (struct advise_growth){
            .objects = last->live.objects - points->live.objects,
            .bytes =
                last->live.bytes > points->live.bytes ? last->live.bytes - points->live.bytes : 0,
            .seconds = last->time_s - points->time_s,
            .objects_per_s = slope_of(points, looks, false),
            .bytes_per_s = slope_of(points, looks, true),
            .is_steady = is_steady(points, last),
            .is_estimate = lifetimes->interval_bytes > 1,
        };
    free(points);
    return true;
}
