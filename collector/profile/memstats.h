/* SPDX-License-Identifier: Apache-2.0
 *
 * How much was allocated and freed, in all and by size, and how sure that is ("One sampled profile"
 * in docs/statistics.md).
 */
#ifndef MEMPROF_COLLECTOR_PROFILE_MEMSTATS_H
#define MEMPROF_COLLECTOR_PROFILE_MEMSTATS_H

#include "collector/base/error.h"
#include "collector/profile/profile.h"
#include "collector/profile/statistics.h"

#include <stdbool.h>
#include <stdint.h>

enum memstats_value {
    MEMSTATS_MALLOCS, /* objects that were allocated */
    MEMSTATS_FREES,
    MEMSTATS_OBJECTS,   /* in use */
    MEMSTATS_ALLOCATED, /* bytes */
    MEMSTATS_FREED,
    MEMSTATS_INUSE,
    MEMSTATS_VALUES,
};

struct memstats_sums {
    uint64_t values[MEMSTATS_VALUES];
    double sampled[MEMSTATS_VALUES]; /* the part that is estimated from marks */
    double squares[3]; /* of mallocs, frees, objects: what the marks stand for, squared */
};

struct memstats_class {
    int64_t size_bytes; /* the largest size in it; -1: it is not known */
    struct memstats_sums sums;
};

struct memstats {
    double interval; /* bytes; 1: exact */
    double threads;  /* streams of marks */
    bool is_poisson; /* marks fall independently of each other: Go's */
    struct memstats_sums total;
    struct memstats_class *classes; /* by size */
    uint32_t class_count, class_capacity;
};

/* memstats_deinit() them in any case. */
void memstats_init(struct memstats *stats, double interval, double threads, bool is_poisson);
void memstats_deinit(struct memstats *stats);

/* Adds objects of one size: what was allocated of them, and what of that is in use; by enum
 * profile_value.  False: no memory. */
bool memstats_add(struct memstats *stats, int64_t size_bytes, const int64_t values[PROFILE_VALUES]);

/* Puts what has one size together: after the last memstats_add(). */
void memstats_finish(struct memstats *stats);

/* Initializes them with what a profile has; `name` is for messages. */
struct error *memstats_of_profile(struct memstats *stats, const struct profile *profile,
                                  const char *name);

/* At 95 %, of a value of `sums`, which are the total or those of a class.  Never below 0; a point
 * where it is exact. */
struct interval memstats_interval(const struct memstats *stats, const struct memstats_sums *sums,
                                  enum memstats_value value);

#endif
