/* SPDX-License-Identifier: Apache-2.0
 *
 * One table of functions from several profiles: rows of one name are summed,
 * small ones are left out and the rest is ordered as `go tool pprof -top` does.
 */
#ifndef MEMPROF_TOOLS_TABLE_H
#define MEMPROF_TOOLS_TABLE_H

#include <stddef.h>
#include <stdint.h>

#include "collector/profile.h"

struct table {
    struct profile_row *rows; /* names belong to the profiles */
    size_t count;             /* shown */
    size_t kept, dropped;     /* large enough, and not */
    int64_t total, cutoff;    /* dropped: cumulative below the cutoff */
};

/* Sums `type` (a name; NULL: each profile's default) over the profiles; at most
 * `limit` rows (0: no limit).  The profiles must outlive the table. */
struct error *table_create(struct table *table, struct profile *const *profiles, size_t count,
                           const char *type, size_t limit);
void table_destroy(struct table *table);

#endif
