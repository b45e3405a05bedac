/* SPDX-License-Identifier: Apache-2.0
 *
 * Stacks and sites get their numbers here: a stack is a node in a tree whose root is the
 * outermost frame, so that frames shared by stacks are stored once and the unchanged outer part
 * of a stack costs nothing; a site is a stack and a size class.
 */
#ifndef MEMPROF_SITES_H
#define MEMPROF_SITES_H

#include "preload/state.h"
#include "preload/unwind/unwind.h"

#include <stdbool.h>

/* Makes the pseudo nodes and the site [other]. */
bool sites_init(void);

/* The stack_hash of a walked stack, never 0; remembers the stack as the last walk. */
uint64_t sites_stack_hash(struct stack *stack);

/* Node of the stack whose stack_hash was just taken; 0: no room. */
uint32_t sites_node(struct stack *stack, uint64_t stack_hash);

/* Do the two stacks have the same frames?  (A stack_hash may have a frame of ours, as of dlclose,
 * and a node does not: one stack can be known by two hashes, and is then two nodes.) */
bool sites_same(uint32_t a, uint32_t b);

/* As sites_node, for a stack_hash alone; 0 also when its frames are needed to tell. */
uint32_t sites_known_node(uint64_t stack_hash, uint32_t unload_epoch);

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

/* What names a site: a stack_hash and a size class, which is no pc. */
static inline uint64_t sites_key(uint64_t stack_hash, uint32_t size_class)
{
    return stack_hash_extend(stack_hash, size_class);
}

/* The site of a key; 0: none that is known to hold in this unload_epoch. */
uint32_t sites_find(uint64_t key, uint32_t unload_epoch);

/* Site of a node and a size class, to be found by `key` from now on; SITE_OTHER when
 * there is no room. */
uint32_t sites_intern(uint64_t key, uint32_t node, uint32_t size_class);

#endif
