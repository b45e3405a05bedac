/* SPDX-License-Identifier: Apache-2.0
 *
 * The members of `memprof stats`, by the names that Go's runtime.MemStats has for what means the
 * same.  What is not known of the source is not among them.
 */
#ifndef MEMPROF_TOOLS_STATS_FIELDS_H
#define MEMPROF_TOOLS_STATS_FIELDS_H

#include "tools/stats/reading.h"

enum stats_unit { STATS_BYTES, STATS_COUNT, STATS_TIME, STATS_RATE };

struct stats_field {
    const char *name;
    enum stats_unit unit;
    double value; /* nanoseconds since the epoch of STATS_TIME are in `ns` */
    uint64_t ns;
    bool has_interval; /* it is an estimate, or would be one at another sampling interval */
    struct interval interval;
    const char *meaning; /* a few words */
};

#define STATS_FIELDS_MAX 32

/* Returns how many there are. */
unsigned stats_fields(const struct stats *stats, struct stats_field fields[STATS_FIELDS_MAX]);

#endif
