/* SPDX-License-Identifier: Apache-2.0
 *
 * Adds a profile, as one run, to a table of call sites.
 */
#ifndef MEMPROF_COLLECTOR_PROFILE_SITE_READING_H
#define MEMPROF_COLLECTOR_PROFILE_SITE_READING_H

#include "collector/base/error.h"
#include "collector/profile/sites.h"

/* Adds a run, pruned already; it must have our four sample types.  `name` must outlive the
 * table.  An error leaves the table without that run. */
struct error *site_table_add(struct site_table *table, const struct profile *profile,
                             const char *name);

#endif
