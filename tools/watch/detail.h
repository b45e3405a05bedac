/* SPDX-License-Identifier: Apache-2.0
 *
 * The text of one row: its stacks, its callers and callees, and its source lines, as
 * `memprof top` prints them of the same snapshot.
 */
#ifndef MEMPROF_TOOLS_WATCH_DETAIL_H
#define MEMPROF_TOOLS_WATCH_DETAIL_H

#include <stdbool.h>
#include <stddef.h>

#include "collector/base/error.h"
#include "collector/profile/profile.h"

struct detail {
    char *text;   /* lines, each ended by a NUL */
    char **lines; /* into it */
    size_t count;
};

/* detail_deinit() it in any case. */
struct error *detail_init(struct detail *detail, const struct profile *profile,
                          enum profile_value type, const char *function);
void detail_deinit(struct detail *detail);

#endif
