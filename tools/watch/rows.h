/* SPDX-License-Identifier: Apache-2.0
 *
 * A snapshot added up by function or by call site, all four values at once.
 */
#ifndef MEMPROF_TOOLS_WATCH_ROWS_H
#define MEMPROF_TOOLS_WATCH_ROWS_H

#include <stdbool.h>
#include <stdint.h>

#include "collector/profile/profile.h"
#include "collector/profile/rows.h"

struct watch_row {
    char *label; /* as `memprof top` prints it */
    char *name;  /* of the function alone; "" where there is none */
    int64_t flat[PROFILE_VALUES], cumulative[PROFILE_VALUES];
};

/* By label, each once. */
struct watch_rows {
    struct watch_row *items;
    uint32_t count;
    int64_t totals[PROFILE_VALUES];
};

/* False: no memory.  watch_rows_deinit() them in any case. */
bool watch_rows_init(struct watch_rows *rows, const struct profile *profile,
                     enum profile_granularity granularity);
void watch_rows_deinit(struct watch_rows *rows);

/* NULL: there is none. */
const struct watch_row *watch_rows_find(const struct watch_rows *rows, const char *label);

#endif
