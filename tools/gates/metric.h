/* SPDX-License-Identifier: Apache-2.0
 *
 * What a limit can be set for: the four values of a profile, the most that was in use, and what
 * an operation costs.
 */
#ifndef MEMPROF_TOOLS_GATES_METRIC_H
#define MEMPROF_TOOLS_GATES_METRIC_H

#include <stdbool.h>
#include <stddef.h>

#include "collector/profile/profile.h"
#include "tools/measure.h"

enum metric {
    METRIC_ALLOC_OBJECTS = PROFILE_ALLOC_OBJECTS,
    METRIC_ALLOC_SPACE = PROFILE_ALLOC_SPACE,
    METRIC_INUSE_OBJECTS = PROFILE_INUSE_OBJECTS,
    METRIC_INUSE_SPACE = PROFILE_INUSE_SPACE,
    METRIC_PEAK,          /* bytes in use when that was the most */
    METRIC_ALLOCS_PER_OP, /* alloc_objects of an operation */
    METRIC_BYTES_PER_OP,  /* alloc_space of an operation */
    METRICS,
};

extern const char *const metric_names[METRICS];
/* All names, for messages: "alloc_objects, ... or B/op". */
#define METRIC_LIST                                                                                \
    "alloc_objects, alloc_space, inuse_objects, inuse_space, peak, allocs/op or B/op"

/* False: no such metric. */
bool metric_find(const char *name, size_t length, enum metric *metric);

/* The value of a profile that it is, or is computed from. */
enum profile_value metric_value(enum metric metric);
bool metric_is_per_operation(enum metric metric);
bool metric_is_bytes(enum metric metric);

/* "1.50MB", "12", and of an operation "0.25".  Returns `text`. */
char *metric_text(char text[static MEASURE_TEXT], enum metric metric, double number);

#endif
