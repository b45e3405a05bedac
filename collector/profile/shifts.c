/* SPDX-License-Identifier: Apache-2.0
 *
 * A function that is inlined in some of its calls has moved a part of what it allocates to its
 * callers.  Where that is all that changed there, it is exactly as much.
 */
#include "collector/profile/shifts.h"

#include <stdlib.h>

/* Marks what changed at a node and below it. */
static void mark_shift(struct call_tree *at, uint32_t index, uint32_t shift)
{
    struct call_node *node = &at->nodes.items[index];
    if (!node->shift && !change_is_none(&node->change))
        node->shift = shift;
    for (uint32_t child = node->child; child; child = at->nodes.items[child].next)
        if (at->nodes.items[child].target == child)
            mark_shift(at, child, shift);
}

/* *left: what changed below and is not explained; it becomes that of the node and below. */
static void find_shift(struct call_tree *at, uint32_t index, const struct change *lefts,
                       struct change *left)
{
    struct call_node *node = &at->nodes.items[index];
    struct change sum = *left;
    change_add(&sum, &node->change);
    if (!change_is_none(&node->change) && !change_is_none(left) && change_is_none(&sum)) {
        mark_shift(at, index, index);
    } else {
        for (uint32_t child = node->child; child && !node->shift && !change_is_none(&node->change);
             child = at->nodes.items[child].next) {
            struct change both = node->change;
            change_add(&both, &lefts[child]);
            if (at->nodes.items[child].target == child && change_is_none(&both)) {
                node->shift = index;
                mark_shift(at, child, index);
            }
        }
    }
    *left = sum;
}

bool shifts_find(struct call_tree *at, const uint32_t *order, uint32_t count)
{
    struct change *lefts = calloc((size_t)at->nodes.count + 1, sizeof(*lefts));
    for (uint32_t i = count; lefts && i-- > 1;) {
        find_shift(at, order[i], lefts, &lefts[order[i]]);
        change_add(&lefts[at->nodes.items[order[i]].parent], &lefts[order[i]]);
    }
    free(lefts);
    return lefts != NULL;
}
