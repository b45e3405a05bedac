/* SPDX-License-Identifier: Apache-2.0
 *
 * A part of the state (state.h, which has the laws): how blocks live and who outlives them.  These
 * tables are there when header.lifetimes is not 0, and STATE_FEATURE_LIFETIMES says so.
 *
 * Each thread counts its events (allocations and frees that are recorded) from 1 on.  Some of
 * them are followed: header.lifetimes is N, and about one of N windows of header.lifetimes_window
 * events is.  Of a followed event it is known which function calls on its stack were running
 * at an earlier followed event and still run.  Levels name such a call from the allocation's
 * point of view: level 0 is the call of the function that called the allocator, level 1 that of
 * its caller, and so on; the last level also stands for all further ones.
 *
 * Numbers are of recorded blocks (at interval 1 all, else samples), not scaled.  Those of 32 bits
 * stay at UINT32_MAX, bytes wrap.  The owner of the shard writes them, relaxed, at any time; a
 * reader may see an event in some fields and not yet in others.  A process that is killed
 * leaves at most its last event so.
 */
#ifndef MEMPROF_STATE_LIFETIMES_H
#define MEMPROF_STATE_LIFETIMES_H

#include <assert.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>

#define STATE_LIFE_LEVELS 16 /* the last: this level or further out, or no call at all */
#define STATE_LIFE_AGES   16 /* state_age_bucket() */
#define STATE_LIFE_SIZES  24 /* state_size_bucket() */
#define STATE_LIFE_PLACES 8  /* records of FREED_AT for one of LIFE, at most */

/* One stack, of all size classes together, in one counter shard: blocks that were allocated there,
 * counted by the thread that allocated or freed them.  In the shared shard (index 0) only `live`,
 * `unfollowed` and `crossed` are counted, by anybody with atomic adds. */
struct state_life {
    _Atomic uint32_t node; /* of the stack; stored last (release); 0: not published */
    uint8_t shard;
    _Atomic uint8_t places; /* records of FREED_AT that were made for this one */
    _Atomic uint16_t depth; /* frames of the stack when it was followed; 0: it never was */

    /* Followed allocations.  Of these blocks, those that ended in the same
     * thread are in ended_at, censored, unfollowed or realloc_out. */
    _Atomic uint32_t followed;
    _Atomic uint32_t censored;   /* freed when the followed events since were not all seen */
    _Atomic uint32_t unfollowed; /* freed on a stack that could not be followed */
    _Atomic uint32_t crossed;    /* of all blocks: freed by another thread, counted in its shard */

    /* A realloc takes the old block out of its stack and puts the new one into its own. */
    _Atomic uint32_t realloc_in;    /* blocks that came from a realloc of another */
    _Atomic uint32_t realloc_out;   /* blocks that went on as another */
    _Atomic uint32_t moved;         /* of realloc_in: to another address */
    _Atomic uint32_t chains;        /* blocks freed that had been reallocated at least once */
    _Atomic uint16_t chain_longest; /* reallocations of one of these, at most */

    /* Of ended_at: the owner is perhaps another activation by now, since its code has a jump that
     * was not understood, or a loop in it cannot be told from one around it.  Stays at
     * UINT16_MAX. */
    _Atomic uint16_t doubted;

    /* Growth by hand: followed blocks freed in the activation that had just allocated a larger (or
     * not larger) one at the same stack.  Their bytes are below. */
    _Atomic uint32_t replaced_larger;
    _Atomic uint32_t replaced_smaller;

    /* Of all blocks, at interval 1 (else 0).  Blocks freed by other threads were taken off in
     * the shards of these, so that the sum of `live` over the shards is right, a single one may
     * be negative, and live_max is too high by what crossed. */
    _Atomic int32_t live;
    _Atomic uint32_t live_max;

    _Atomic uint32_t size_min, size_max; /* requested bytes, at most UINT32_MAX; max 0: none */

    /* The writer's own: its last followed allocation.  Readers ignore them. */
    uint32_t last_size;
    uint64_t last_event;

    _Atomic uint64_t copied_bytes; /* by reallocs that moved a block here */
    _Atomic uint64_t replaced_larger_bytes, replaced_smaller_bytes; /* of the blocks freed */
    _Atomic uint64_t slack_bytes;                                   /* usable minus requested */

    /* Followed allocations by the level of the innermost call that was running at the stack's last
     * followed allocation, too.  The first is in the last level; where the allocation before was
     * censored, this one is left out.  So a call of level n was seen to
     * allocate here in as many activations as there are allocations of levels above n.  At
     * interval 1 alone. */
    _Atomic uint32_t began_at[STATE_LIFE_LEVELS];
    /* Followed blocks that were freed by the same thread, in a followed event, by the level of
     * the innermost call that was running when they were allocated and still ran then: their
     * owner.  The calls further in had ended. */
    _Atomic uint32_t ended_at[STATE_LIFE_LEVELS];
    /* All blocks freed by the same thread, but for realloc_out: by the number of the thread's
     * events from the allocation (the first of a chain) to the free. */
    _Atomic uint32_t age[STATE_LIFE_AGES];
    /* Their sizes, but for those that were replaced by a larger one. */
    _Atomic uint32_t final_size[STATE_LIFE_SIZES];
};
static_assert(offsetof(struct state_life, followed) == 8, "state layout");
static_assert(offsetof(struct state_life, realloc_in) == 24, "state layout");
static_assert(offsetof(struct state_life, live) == 52, "state layout");
static_assert(offsetof(struct state_life, last_event) == 72, "state layout");
static_assert(offsetof(struct state_life, began_at) == 112, "state layout");
static_assert(offsetof(struct state_life, ended_at) == 176, "state layout");
static_assert(offsetof(struct state_life, age) == 240, "state layout");
static_assert(offsetof(struct state_life, final_size) == 304, "state layout");
static_assert(sizeof(struct state_life) == 400, "state layout");

/* Where the blocks of a stack were freed, by one shard's threads, in followed events.  A stack has
 * STATE_LIFE_PLACES of these in a shard, and further places are not recorded. */
struct state_freed_at {
    uint32_t node;              /* where they were allocated */
    uint32_t shard;             /* of who freed them */
    _Atomic uint32_t count;     /* stays at UINT32_MAX */
    _Atomic uint32_t free_node; /* the stack that freed them; stored last (release) */
};
static_assert(sizeof(struct state_freed_at) == 16, "state layout");

/* Ages: bucket b has those from 4^b on, the last all longer ones. */
static inline uint32_t state_age_bucket(uint64_t events)
{
    uint32_t bucket = events ? (63u - (uint32_t)__builtin_clzll(events)) / 2 : 0;
    return bucket < STATE_LIFE_AGES ? bucket : STATE_LIFE_AGES - 1;
}

/* Final sizes: bucket 0 has those up to 16 bytes, each further one up to twice as much, the last
 * all larger ones. */
static inline uint32_t state_size_bucket(uint64_t size_bytes)
{
    uint32_t bucket = size_bytes <= 16 ? 0 : 60u - (uint32_t)__builtin_clzll(size_bytes - 1);
    return bucket < STATE_LIFE_SIZES ? bucket : STATE_LIFE_SIZES - 1;
}

/* The largest size of a bucket; of the last, UINT64_MAX. */
static inline uint64_t state_size_bucket_bytes(uint32_t bucket)
{
    return bucket < STATE_LIFE_SIZES - 1 ? UINT64_C(16) << bucket : UINT64_MAX;
}

#endif
