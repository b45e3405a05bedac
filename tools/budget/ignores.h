/* SPDX-License-Identifier: Apache-2.0
 *
 * Which call sites do not count.
 */
#ifndef MEMPROF_TOOLS_BUDGET_IGNORES_H
#define MEMPROF_TOOLS_BUDGET_IGNORES_H

#include <stdint.h>

#include "collector/profile/sites.h"
#include "tools/budget/budget.h"

#define IGNORES_ALL  1 /* in no value */
#define IGNORES_LEAK 2 /* in what is in use */

/* For each site of the table which of the above, since some frame of its stack matches a line of
 * the budget.  `used` has room for all lines: which of them match anything.  The caller frees it;
 * NULL: no memory. */
uint8_t *ignores_find(const struct budget *budget, const struct site_table *table, bool *used);

#endif
