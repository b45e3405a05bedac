/* SPDX-License-Identifier: Apache-2.0
 *
 * Which function owns the blocks of a stack: the innermost that outlives nearly all of them.  A
 * stack that was followed a few times only cannot tell: then all stacks of its place vote.
 */
#ifndef MEMPROF_COLLECTOR_ADVISE_OWNER_H
#define MEMPROF_COLLECTOR_ADVISE_OWNER_H

#include "collector/advise/place.h"
#include "collector/lifetimes/lifetimes.h"
#include "collector/profile/hash.h"

/* Of one place's followed blocks, in all stacks where a function is on the way: how many had an
 * owner, and how many that function or one further inside. */
struct owner_vote {
    uint64_t place, function;
    uint64_t ended, inside;
};

struct owner_votes {
    struct hash_index index;
    struct owner_vote *items; /* from 1 on */
    uint32_t count, capacity;
};

#define OWNER_NONE UINT32_MAX

/* Zeroed votes are empty ones.  False: no memory. */
bool owner_vote_add(struct owner_votes *votes, const struct profile *profile, uint64_t place,
                    const struct profile_stack *stack, const struct lifetime *life);
void owner_votes_deinit(struct owner_votes *votes);

/* The level of the owner of a stack's blocks; OWNER_NONE. */
uint32_t owner_level(const struct owner_votes *votes, const struct profile *profile, uint64_t place,
                     const struct profile_stack *stack, const struct lifetime *life);

/* Whether any block of the place was followed to its end. */
bool owner_was_seen(const struct owner_votes *votes, const struct profile *profile, uint64_t place,
                    const struct profile_stack *stack);

/* Where blocks live longer than what was followed at a time nobody saw who outlived them.  The
 * level of the innermost call that may be on the stacks of allocation and of all frees; OWNER_NONE.
 */
uint32_t owner_level_by_frees(const struct lifetimes *lifetimes, const struct lifetimes_stack *of,
                              const struct profile_stack *stack);

/* The line of the owner's location: of functions that were inlined into one another the innermost
 * in which the blocks are both allocated and freed; else the last, the function itself. */
uint32_t owner_line(const struct lifetimes *lifetimes, const struct lifetimes_stack *of,
                    const struct profile_stack *stack, uint32_t level);

#endif
