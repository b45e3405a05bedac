/* SPDX-License-Identifier: Apache-2.0
 *
 * What the new side of a comparison has more than the base, of the means of their runs.
 */
#ifndef MEMPROF_COLLECTOR_PROFILE_CHANGE_H
#define MEMPROF_COLLECTOR_PROFILE_CHANGE_H

#include "collector/profile/sites.h"

#include <math.h>
#include <stdbool.h>

struct change {
    double objects, bytes; /* allocated */
};

static inline void change_add(struct change *to, const struct change *from)
{
    to->objects += from->objects;
    to->bytes += from->bytes;
}

/* None, to the object and the byte: means of exact runs may differ by rounding. */
static inline bool change_is_none(const struct change *change)
{
    return fabs(change->objects) < 1e-6 && fabs(change->bytes) < 1e-6;
}

/* Adds that of a site. */
static inline void change_add_site(struct change *to, const struct site_table *table,
                                   uint32_t base_runs, uint32_t site)
{
    double share[2] = {-1. / base_runs, 1. / (table->runs.count - base_runs)};
    for (uint32_t run = 0; run < table->runs.count; run++) {
        const double *values = site_table_values(table, site, run)->values;
        to->objects += share[run >= base_runs] * values[PROFILE_ALLOC_OBJECTS];
        to->bytes += share[run >= base_runs] * values[PROFILE_ALLOC_SPACE];
    }
}

#endif
