/* SPDX-License-Identifier: Apache-2.0 */
#include "tools/gates/metric.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

const char *const metric_names[METRICS] = {
    [METRIC_ALLOC_OBJECTS] = "alloc_objects",
    [METRIC_ALLOC_SPACE] = "alloc_space",
    [METRIC_INUSE_OBJECTS] = "inuse_objects",
    [METRIC_INUSE_SPACE] = "inuse_space",
    [METRIC_PEAK] = "peak",
    [METRIC_ALLOCS_PER_OP] = "allocs/op",
    [METRIC_BYTES_PER_OP] = "B/op",
};

bool metric_find(const char *name, size_t length, enum metric *metric)
{
    for (int i = 0; i < METRICS; i++) {
        if (strlen(metric_names[i]) != length || strncmp(metric_names[i], name, length) != 0)
            continue;
        *metric = (enum metric)i;
        return true;
    }
    return false;
}

enum profile_value metric_value(enum metric metric)
{
    switch (metric) {
    case METRIC_PEAK:
        return PROFILE_INUSE_SPACE;
    case METRIC_ALLOCS_PER_OP:
        return PROFILE_ALLOC_OBJECTS;
    case METRIC_BYTES_PER_OP:
        return PROFILE_ALLOC_SPACE;
    default:
        return (enum profile_value)metric;
    }
}

bool metric_is_per_operation(enum metric metric)
{
    return metric == METRIC_ALLOCS_PER_OP || metric == METRIC_BYTES_PER_OP;
}

bool metric_is_bytes(enum metric metric)
{
    enum profile_value value = metric_value(metric);
    return value == PROFILE_ALLOC_SPACE || value == PROFILE_INUSE_SPACE;
}

char *metric_text(char text[static MEASURE_TEXT], enum metric metric, double number)
{
    if (!isfinite(number))
        snprintf(text, MEASURE_TEXT, "%s", isnan(number) ? "unknown" : number < 0 ? "-inf" : "inf");
    else if (fabs(number) >= 0x1p62)
        snprintf(text, MEASURE_TEXT, "%.3g", number);
    else if (metric_is_per_operation(metric) && fabs(number) < 1000)
        snprintf(text, MEASURE_TEXT, "%.4g%s", number, metric_is_bytes(metric) ? "B" : "");
    else
        measure_alone(text, metric_is_bytes(metric) ? "bytes" : "count", (int64_t)llround(number));
    return text;
}
