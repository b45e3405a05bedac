/* SPDX-License-Identifier: Apache-2.0
 *
 * Follows a leaf's parents.
 */
#include "collector/profile/stack.h"

#include <stdlib.h>

bool profile_stack_read(struct profile_stack *stack, const struct profile *profile, uint32_t leaf)
{
    stack->depth = 0;
    for (uint32_t node = leaf; node != 0 && node < profile->nodes.count;
         node = profile->nodes.items[node].parent) {
        if (stack->depth == stack->capacity) {
            uint32_t capacity = stack->capacity ? stack->capacity * 2 : 256;
            uint32_t *moved = realloc(stack->nodes, (size_t)capacity * sizeof(*moved));
            if (!moved)
                return false;
            stack->nodes = moved;
            stack->capacity = capacity;
        }
        stack->nodes[stack->depth++] = node;
    }
    return true;
}

void profile_stack_deinit(struct profile_stack *stack)
{
    free(stack->nodes);
    *stack = (struct profile_stack){0};
}
