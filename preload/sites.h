/* SPDX-License-Identifier: Apache-2.0
 *
 * Stacks and sites get their numbers here: a stack is a path in a tree grown from
 * the root, so that frames shared by stacks are stored once and the unchanged
 * outer part of a stack costs nothing; a site is a stack and a size class.
 */
#ifndef MEMPROF_SITES_H
#define MEMPROF_SITES_H

#include "preload/index.h"
#include "preload/state.h"
#include "preload/unwind.h"

#include <stdbool.h>

#define SITE_OTHER 1u /* what found no room: its stack is [other] */

/* Part of struct root. */
struct sites {
    struct index nodes;
    struct index sites;
    uint32_t truncated; /* node [truncated]: the root of stacks that were cut */
    uint32_t unknown;   /* node [unknown]: a stack without any frame */
};

/* Makes the pseudo nodes and the site [other]. */
bool sites_init(void);

/* Node of the innermost frame of a walked stack; 0: no room.  Remembers the stack
 * in it as the one before. */
uint32_t sites_intern_stack(struct stack *stack);

/* Site of a node and a size class; SITE_OTHER when there is no room. */
uint32_t sites_intern(uint32_t node, uint32_t size_class);

#endif
