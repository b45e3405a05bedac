/* SPDX-License-Identifier: Apache-2.0
 *
 * The lives of a program's blocks by the stack that allocated them.
 */
#ifndef MEMPROF_COLLECTOR_LIFETIMES_LIFETIMES_H
#define MEMPROF_COLLECTOR_LIFETIMES_LIFETIMES_H

#include "collector/lifetimes/lifetime.h"
#include "collector/profile/profile.h"

/* How many blocks had at most so many bytes: one size class of the state. */
struct lifetimes_size {
    uint64_t bytes, objects;
};

/* Where blocks of a stack were freed, and how many. */
struct lifetimes_free {
    uint32_t node;
    uint64_t count;
};

/* What is alive of a stack's blocks. */
struct lifetimes_live {
    uint64_t objects, bytes;
};

/* An earlier look at the same process. */
struct lifetimes_look {
    uint64_t time_ns;            /* since 1970 */
    struct lifetimes_live *live; /* by stack */
};

struct lifetimes_stack {
    uint32_t node; /* in the profile; its leaf is who called the allocator */
    struct lifetime life;
    uint32_t size_first, size_count; /* in `sizes`, smallest first */
    uint32_t free_first, free_count; /* in `frees`, most frequent first */
};

struct lifetimes {
    struct profile *profile; /* stacks, names and comments; its samples are not used */
    struct lifetimes_stack *stacks;
    struct lifetimes_size *sizes;
    struct lifetimes_free *frees;
    uint32_t stack_count, size_count, free_count;
    uint32_t stack_capacity, size_capacity, free_capacity;
    uint64_t interval_bytes;      /* 1: every allocation */
    uint64_t windows;             /* one of so many windows of events was followed; 1: all */
    struct lifetimes_look *looks; /* earliest first */
    uint32_t look_count;
    uint64_t start_ns, run_ns; /* when it began, and how long it ran as far as is known; 0: not */
};

/* Without a profile: the caller gives one.  lifetimes_deinit() destroys it, too. */
void lifetimes_init(struct lifetimes *lifetimes);
void lifetimes_deinit(struct lifetimes *lifetimes);

/* Adds an empty stack, to which sizes and frees are added until the next one is.  False: no memory.
 */
bool lifetimes_add_stack(struct lifetimes *lifetimes, uint32_t node);
bool lifetimes_add_size(struct lifetimes *lifetimes, uint64_t bytes, uint64_t objects);
bool lifetimes_add_free(struct lifetimes *lifetimes, uint32_t node, uint64_t count);

/* What is alive of the blocks. */
struct lifetimes_live lifetimes_live(const struct lifetime *life);

#endif
