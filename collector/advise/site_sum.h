/* SPDX-License-Identifier: Apache-2.0
 *
 * Adds the stacks of one site up.
 */
#ifndef MEMPROF_COLLECTOR_ADVISE_SITE_SUM_H
#define MEMPROF_COLLECTOR_ADVISE_SITE_SUM_H

#include "collector/advise/site.h"

/* One stack of a site. */
struct site_part {
    const struct lifetimes_stack *stack;
    uint64_t place, owner; /* the same numbers: the same site; owner 0: there is none */
    uint32_t outer;        /* the node that called the owner; 0: none */
    uint32_t level;        /* of the owner; UINT32_MAX: none */
    uint32_t owner_node, owner_line;
    bool is_by_frees;          /* the level is that of owner_level_by_frees() */
    bool is_outermost;         /* the owner */
    struct advise_frame frame; /* of the place */
};

/* `parts` are of one site, and those of one caller of its owner stand together.  False: no memory.
 */
bool site_sum(struct advise_site *site, const struct lifetimes *lifetimes,
              const struct site_part *parts, uint32_t count, const bool *is_marked);

#endif
