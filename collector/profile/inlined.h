/* SPDX-License-Identifier: Apache-2.0
 *
 * Functions that one build inlined and the other did not, where stacks do not show inlined calls:
 * one side's paths have a frame more.  Such a frame is folded into its caller where most of what
 * is below it meets its like there.
 */
#ifndef MEMPROF_COLLECTOR_PROFILE_INLINED_H
#define MEMPROF_COLLECTOR_PROFILE_INLINED_H

#include "collector/profile/call_tree.h"

struct inlined_site {
    uint32_t place; /* the same for the same path, when frames are left out and folded; 0: none */
    bool is_met;    /* paths came there by folding, so that its sites are one */
    uint32_t shift; /* the same for paths of which one begins the others and whose changes
                     * cancel out; 0: none */
    uint32_t function; /* the outermost that was folded on its path; 0: none was */
    uint32_t folded;   /* how many were */
};

/* One for each site of the table, which the caller frees; NULL: no memory. */
struct inlined_site *inlined_find(const struct site_table *table,
                                  const struct call_tree_options *options);

#endif
