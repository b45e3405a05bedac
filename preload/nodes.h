/* SPDX-License-Identifier: Apache-2.0
 *
 * Stacks get their numbers here: a stack is a node in a tree whose root is the outermost
 * frame, so that frames shared by stacks are stored once and the unchanged outer part of a
 * stack costs nothing.
 */
#ifndef MEMPROF_NODES_H
#define MEMPROF_NODES_H

#include "preload/unwind/unwind.h"

#include <stdbool.h>
#include <stdint.h>

/* Makes the pseudo nodes; the one of [other], or 0: no room. */
uint32_t nodes_init(void);

/* The stack_hash of a frame: a hash of the frames outside it and of its pc.  It stands for
 * them: two of ten million hashes are the same by chance in one of some 400 000 runs.
 * For one pc it is a bijection of the stack_hash outside, so that equal inner frames never
 * bring two together. */
static inline uint64_t stack_hash_extend(uint64_t outside, uintptr_t pc)
{
    uint64_t mixed = (outside ^ pc) * UINT64_C(0x9fb21c651e98df25);
    mixed ^= mixed >> 32;
    return mixed ? mixed : 1;
}

/* The stack_hash of a walked stack, never 0; remembers the stack as the last walk. */
uint64_t nodes_stack_hash(struct stack *stack);

/* The same, not to be recalled by its innermost frame. */
uint64_t nodes_stack_hash_once(struct stack *stack);

/* Node of the stack whose stack_hash was just taken; 0: no room. */
uint32_t nodes_of(struct stack *stack, uint64_t stack_hash);

/* The same for a stack_hash alone; 0 also when its frames are needed to tell. */
uint32_t nodes_known(uint64_t stack_hash, uint32_t unload_epoch);

/* Was the node seen to hold in this unload_epoch, and all outside it? */
bool nodes_current(uint32_t id, uint32_t unload_epoch);

/* Do the two stacks have the same frames?  (A stack_hash may have a frame of ours, as of dlclose,
 * and a node does not: one stack can be known by two hashes, and is then two nodes.) */
bool nodes_same(uint32_t a, uint32_t b);

#endif
