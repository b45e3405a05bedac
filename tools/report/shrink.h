/* SPDX-License-Identifier: Apache-2.0
 *
 * A tree with fewer nodes: the smallest become one node below the caller that they share, which
 * says how many they were.  Sums stay what they are.
 */
#ifndef MEMPROF_TOOLS_REPORT_SHRINK_H
#define MEMPROF_TOOLS_REPORT_SHRINK_H

#include "tools/report/tree.h"

#define SHRINK_FRAME "[folded]"

/* Leaves `most` nodes, and one more for each that has smaller ones below it.  Small is what has a
 * small share of all values of all views.  *folded: how many nodes are gone.  False: no memory. */
bool report_tree_shrink(struct report_tree *tree, uint32_t most, uint32_t *folded);

#endif
