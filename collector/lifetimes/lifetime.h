/* SPDX-License-Identifier: Apache-2.0
 *
 * What is known of the lives of the blocks of one stack, or of several that are looked at as one.
 *
 * A level is a number of frames, counted from the one that called the allocator (0) outwards.  A
 * block ended at level L if frame L of its stack, counted so, is the innermost call that was
 * running when it was allocated and still runs when it is freed: the block's owner.
 */
#ifndef MEMPROF_COLLECTOR_LIFETIMES_LIFETIME_H
#define MEMPROF_COLLECTOR_LIFETIMES_LIFETIME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define LIFETIME_LEVELS 16 /* the last one stands for all from it on */
#define LIFETIME_AGES   16 /* of an age in events: its logarithm to the base of 4 */
#define LIFETIME_SIZES  24 /* of a size: 16 bytes at most, and each one after that twice as much */

/* Counts of blocks where nothing else is said; those of followed events are not scaled.  ONE(name),
 * MANY(name, count), MOST(name) and LEAST(name) say what the sum of two of them is: their sum, or
 * the larger or the smaller of them (0: not known). */
#define LIFETIME_FIELDS(ONE, MANY, MOST, LEAST)                                                    \
    ONE(allocated) /* estimates where the interval is more than 1, like the next three */          \
    ONE(allocated_bytes)                                                                           \
    ONE(freed)                                                                                     \
    ONE(freed_bytes)                                                                               \
    ONE(followed)                   /* allocated in a followed event */                            \
    ONE(censored)                   /* of these, freed after events that were not followed */      \
    ONE(doubted)                    /* of ended_at, whose owner is perhaps another call by now */  \
    ONE(unfollowed)                 /* of these, freed on a stack that cannot be followed */       \
    ONE(crossed)                    /* freed by another thread */                                  \
    MANY(began_at, LIFETIME_LEVELS) /* what followed ones share with the one before them */        \
    MANY(ended_at, LIFETIME_LEVELS) /* the level of the owner of followed ones */                  \
    MANY(age, LIFETIME_AGES)                                                                       \
    ONE(realloc_in)  /* made by a realloc of another block */                                      \
    ONE(realloc_out) /* ended as the argument of a realloc */                                      \
    ONE(moved)       /* of realloc_in: to another address */                                       \
    ONE(copied_bytes)                                                                              \
    ONE(chains)                      /* freed after one realloc or more */                         \
    MANY(final_size, LIFETIME_SIZES) /* freed, and not to make place for a larger one */           \
    ONE(replaced_larger)             /* freed just after the stack allocated a larger one */       \
    ONE(replaced_larger_bytes)                                                                     \
    ONE(replaced_smaller)                                                                          \
    ONE(replaced_smaller_bytes)                                                                    \
    ONE(slack_bytes)    /* usable less requested bytes */                                          \
    ONE(live_max)       /* alive at once; the sum is the most that it can be */                    \
    MOST(live_most)     /* the same, of the blocks of one thread */                                \
    MOST(chain_longest) /* reallocs of one block */                                                \
    MOST(size_max)                                                                                 \
    LEAST(size_min)

struct lifetime {
#define LIFETIME_DECLARE(name)             uint64_t name;
#define LIFETIME_DECLARE_MANY(name, count) uint64_t name[count];
    LIFETIME_FIELDS(LIFETIME_DECLARE, LIFETIME_DECLARE_MANY, LIFETIME_DECLARE, LIFETIME_DECLARE)
#undef LIFETIME_DECLARE
#undef LIFETIME_DECLARE_MANY
};

/* The fields as a table, for who writes or reads all of them. */
struct lifetime_field {
    const char *name;
    size_t offset;  /* in struct lifetime, of the first uint64_t */
    unsigned count; /* 1, or of an array */
    char sum;       /* '+', or '>' and '<': the larger or smaller of two, 0 counts as not known */
};
extern const struct lifetime_field lifetime_fields[];
extern const unsigned lifetime_field_count;

/* Sums stay at the end of their range. */
uint64_t lifetime_plus(uint64_t first, uint64_t second);
void lifetime_add(struct lifetime *sum, const struct lifetime *more);

/* Followed blocks that have an owner, and those whose owner is at this level or further inside. */
uint64_t lifetime_ended(const struct lifetime *life);
uint64_t lifetime_ended_inside(const struct lifetime *life, unsigned level);
/* Followed allocations, and in how many activations of the frame at this level they were made. */
uint64_t lifetime_began(const struct lifetime *life);
uint64_t lifetime_activations(const struct lifetime *life, unsigned level);
/* A size that `share` (0 to 1) of the blocks do not exceed when they are freed; 0: none was. */
uint64_t lifetime_final_size(const struct lifetime *life, double share);

#endif
