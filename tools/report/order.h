/* SPDX-License-Identifier: Apache-2.0
 *
 * The order in which strings, functions and frames stand in a report: by name, so that each is
 * written as how it differs from the one before it.
 */
#ifndef MEMPROF_TOOLS_REPORT_ORDER_H
#define MEMPROF_TOOLS_REPORT_ORDER_H

#include <stdbool.h>
#include <stdint.h>

#include "tools/report/tree.h"

struct ranking {
    uint32_t count;   /* of functions and frames with the one that stands for "none", which is 0 */
    uint32_t *sorted; /* by rank: an index of the tree */
    uint32_t *rank;   /* by index of the tree */
};

struct report_order {
    struct ranking strings;   /* by their bytes */
    struct ranking functions; /* by name, then by module */
    struct ranking frames;    /* by function, then by file and line */
};

/* False: no memory.  report_order_deinit() it in any case. */
bool report_order_init(struct report_order *order, const struct report_tree *tree);
void report_order_deinit(struct report_order *order);

#endif
