/* SPDX-License-Identifier: Apache-2.0
 *
 * A sample's stack as an array, for what looks at it from both ends.
 */
#ifndef MEMPROF_COLLECTOR_PROFILE_STACK_H
#define MEMPROF_COLLECTOR_PROFILE_STACK_H

#include "collector/profile/profile.h"

struct profile_stack {
    uint32_t *nodes; /* leaf first */
    uint32_t depth, capacity;
};

/* All zero is an empty stack; the array is used again for the next.  False: no memory. */
bool profile_stack_read(struct profile_stack *stack, const struct profile *profile, uint32_t leaf);
void profile_stack_deinit(struct profile_stack *stack);

#endif
