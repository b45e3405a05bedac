/* SPDX-License-Identifier: Apache-2.0 */
#include "collector/profile/memstats.h"

#include "collector/profile/comment.h"
#include "collector/profile/judge.h"
#include "collector/profile/label.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define CONFIDENCE 0.95

void memstats_init(struct memstats *stats, double interval, double threads, bool is_poisson)
{
    *stats = (struct memstats){.interval = interval, .threads = threads, .is_poisson = is_poisson};
}

void memstats_deinit(struct memstats *stats)
{
    free(stats->classes);
    stats->classes = NULL;
    stats->class_count = stats->class_capacity = 0;
}

static void add_class(struct memstats_sums *sums, const struct memstats_sums *more)
{
    for (int i = 0; i < MEMSTATS_VALUES; i++) {
        sums->values[i] += more->values[i];
        sums->sampled[i] += more->sampled[i];
    }
    for (int i = 0; i < 3; i++)
        sums->squares[i] += more->squares[i];
}

static int by_size(const void *left, const void *right)
{
    const struct memstats_class *a = left, *b = right;
    return (a->size_bytes > b->size_bytes) - (a->size_bytes < b->size_bytes);
}

void memstats_finish(struct memstats *stats)
{
    uint32_t kept = 0;
    if (stats->class_count > 0)
        qsort(stats->classes, stats->class_count, sizeof(*stats->classes), by_size);
    for (uint32_t i = 0; i < stats->class_count; i++) {
        if (kept > 0 && stats->classes[kept - 1].size_bytes == stats->classes[i].size_bytes)
            add_class(&stats->classes[kept - 1].sums, &stats->classes[i].sums);
        else
            stats->classes[kept++] = stats->classes[i];
    }
    stats->class_count = kept;
}

/* A new class.  Those of equal sizes are put together when there is no room, so that a profile of
 * many sizes costs no more than it has to.  NULL: no memory. */
static struct memstats_class *append_class(struct memstats *stats, int64_t size_bytes)
{
    if (stats->class_count == stats->class_capacity) {
        memstats_finish(stats);
        uint32_t wanted = stats->class_count < 512 ? 1024 : stats->class_count * 2;
        void *moved = wanted > stats->class_capacity
                          ? realloc(stats->classes, wanted * sizeof(*stats->classes))
                          : stats->classes;
        if (!moved)
            return NULL;
        stats->classes = moved;
        stats->class_capacity = wanted > stats->class_capacity ? wanted : stats->class_capacity;
    }
    struct memstats_class *class = &stats->classes[stats->class_count++];
    *class = (struct memstats_class){.size_bytes = size_bytes};
    return class;
}

static void add_sums(struct memstats_sums *sums, const uint64_t values[MEMSTATS_VALUES],
                     double interval, bool is_sampled)
{
    for (int i = 0; i < MEMSTATS_VALUES; i++) {
        sums->values[i] += values[i];
        sums->sampled[i] += is_sampled ? (double)values[i] : 0;
    }
    /* Marks are bytes / interval, and each stands for objects / marks. */
    for (int i = 0; i < 3 && is_sampled; i++) {
        double objects = (double)values[i], bytes = (double)values[MEMSTATS_ALLOCATED + i];
        sums->squares[i] += bytes > 0 ? objects * objects * interval / bytes : 0;
    }
}

static uint64_t positive(int64_t value)
{
    return value > 0 ? (uint64_t)value : 0;
}

bool memstats_add(struct memstats *stats, int64_t size_bytes, const int64_t values[PROFILE_VALUES])
{
    uint64_t sums[MEMSTATS_VALUES] = {
        [MEMSTATS_MALLOCS] = positive(values[PROFILE_ALLOC_OBJECTS]),
        [MEMSTATS_FREES] =
            positive(values[PROFILE_ALLOC_OBJECTS] - positive(values[PROFILE_INUSE_OBJECTS])),
        [MEMSTATS_OBJECTS] = positive(values[PROFILE_INUSE_OBJECTS]),
        [MEMSTATS_ALLOCATED] = positive(values[PROFILE_ALLOC_SPACE]),
        [MEMSTATS_FREED] =
            positive(values[PROFILE_ALLOC_SPACE] - positive(values[PROFILE_INUSE_SPACE])),
        [MEMSTATS_INUSE] = positive(values[PROFILE_INUSE_SPACE]),
    };
    bool is_sampled =
        stats->interval > 1 && (stats->is_poisson || (double)size_bytes <= stats->interval);
    struct memstats_class *class = append_class(stats, size_bytes);
    if (!class)
        return false;
    add_sums(&class->sums, sums, stats->interval, is_sampled);
    add_sums(&stats->total, sums, stats->interval, is_sampled);
    return true;
}

struct error *memstats_of_profile(struct memstats *stats, const struct profile *profile,
                                  const char *name)
{
    int types[PROFILE_VALUES];
    uint64_t threads = 1;
    double interval = profile->period > 1 ? (double)profile->period : 1;
    profile_find_number(profile, "threads", &threads);
    memstats_init(stats, interval, (double)threads,
                  !profile_is_ours(profile) || !profile_has_sizes(profile));
    for (int i = 0; i < PROFILE_VALUES; i++)
        if ((types[i] = profile_find_type(profile, profile_value_names[i])) < 0)
            return error_create("%s: is no heap profile: it has no values of the type '%s'", name,
                                profile_value_names[i]);
    for (uint32_t i = 0; i < profile->samples.count; i++) {
        int64_t values[PROFILE_VALUES];
        for (int k = 0; k < PROFILE_VALUES; k++)
            values[k] = profile->values.items[(size_t)i * profile->types.count + types[k]];
        if (!memstats_add(stats, profile_sample_bytes(profile, &profile->samples.items[i]), values))
            return error_no_memory();
    }
    memstats_finish(stats);
    return NULL;
}

/* What one mark stands for; 0: there is none.  As few marks tell it badly, what was freed or is in
 * use is not taken for less mixed than what was allocated. */
static double mark_of(const struct memstats *stats, const struct memstats_sums *sums,
                      enum memstats_value value)
{
    if (value >= MEMSTATS_ALLOCATED)
        return stats->interval;
    double mark = sums->sampled[value] > 0 ? sums->squares[value] / sums->sampled[value] : 0;
    double all = sums->sampled[MEMSTATS_MALLOCS] > 0
                     ? sums->squares[MEMSTATS_MALLOCS] / sums->sampled[MEMSTATS_MALLOCS]
                     : 0;
    return value == MEMSTATS_MALLOCS ? mark : fmax(mark, all);
}

struct interval memstats_interval(const struct memstats *stats, const struct memstats_sums *sums,
                                  enum memstats_value value)
{
    bool is_whole =
        sums == &stats->total && (value == MEMSTATS_MALLOCS || value == MEMSTATS_ALLOCATED);
    /* Of a class whose objects are all recorded nothing is estimated; of all together it is not
     * known that there were no small ones. */
    bool is_exact = sums != &stats->total && sums->sampled[MEMSTATS_ALLOCATED] <= 0;
    struct measured measured = {
        .value = (double)sums->values[value],
        .sampled = sums->sampled[value],
        .per_mark = mark_of(stats, sums, value),
        .all = stats->is_poisson ? INFINITY
                                 : stats->total.sampled[MEMSTATS_ALLOCATED] / stats->interval,
        .threads = stats->threads,
        .interval = is_exact ? 1 : stats->interval,
        .is_whole = is_whole && sums->sampled[value] > 0,
    };
    struct interval interval = measured_interval(&measured, CONFIDENCE);
    return (struct interval){fmax(interval.low, 0), interval.high};
}
