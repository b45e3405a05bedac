/* SPDX-License-Identifier: Apache-2.0
 *
 * Which row of a table a frame belongs to: frames that pprof prints alike share one.
 */
#ifndef MEMPROF_COLLECTOR_PROFILE_ROWS_H
#define MEMPROF_COLLECTOR_PROFILE_ROWS_H

#include "collector/profile/graph.h"

/* A location without lines counts as one line of which only the module is known. */
struct profile_rows {
    struct profile_row *items;
    uint32_t count, capacity;
    bool *may_be_inlined; /* by row: some frame of it is inlined into its caller */
    /* Rows of a location's lines, innermost first: of_slot[first_slot[location] ..
     * first_slot[location + 1]). */
    uint32_t *first_slot, *of_slot;
    char **clean_files; /* by string: what it was made of, where it was not clean */
    uint32_t string_count;
};

/* Their values are 0.  profile_rows_deinit() it in any case.  False: no memory. */
bool profile_rows_init(struct profile_rows *rows, const struct profile *profile,
                       enum profile_granularity granularity);
void profile_rows_deinit(struct profile_rows *rows);

#endif
