/* SPDX-License-Identifier: Apache-2.0
 *
 * Functions that one build inlined in some of their calls: what they allocate has moved to callers.
 */
#ifndef MEMPROF_COLLECTOR_PROFILE_SHIFTS_H
#define MEMPROF_COLLECTOR_PROFILE_SHIFTS_H

#include "collector/profile/call_tree.h"

/* Sets `shift` of the nodes whose changes cancel out.  `order`: the `count` nodes that stand, each
 * before those below it.  False: no memory. */
bool shifts_find(struct call_tree *tree, const uint32_t *order, uint32_t count);

#endif
