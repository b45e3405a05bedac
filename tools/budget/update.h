/* SPDX-License-Identifier: Apache-2.0
 *
 * Writes what was measured into a budget, as its limits.
 */
#ifndef MEMPROF_TOOLS_BUDGET_UPDATE_H
#define MEMPROF_TOOLS_BUDGET_UPDATE_H

#include "tools/budget/check.h"

/* Replaces the numbers in the file, and nothing else of it, in one step; prints what changes as
 * a difference.  A limit becomes the upper end of what was measured. */
struct error *budget_update(const struct budget *budget, const struct check *check,
                            const char *path);

#endif
