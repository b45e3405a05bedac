/* SPDX-License-Identifier: Apache-2.0
 *
 * How blocks live (state_lifetimes.h says what is counted): recorded when config.lifetimes is not
 * 0, by threads that have a counter shard of their own.  They count their events; in a followed
 * window, and while a site is new, each stack is walked, so that the activations on it are known.
 * A live block keeps in one word when it was allocated, and by whom.
 *
 * An event in a borrowed context (a signal handler's, or past 64 threads) is no thread's: it counts
 * in the shared records what is no matter of time.
 */
#ifndef MEMPROF_LIFETIMES_H
#define MEMPROF_LIFETIMES_H

#include "preload/live.h"
#include "preload/lives.h"
#include "preload/unwind/activations.h"

#include <stdbool.h>
#include <stdint.h>

/* live_record.when: the thread's event << 16 | reallocations so far << 8 | followed << 7 | shard.
 * 0: allocated in a borrowed context. */
#define WHEN_EVENT(when)    ((when) >> 16)
#define WHEN_CHAIN(when)    ((uint32_t)((when) >> 8) & 255u)
#define WHEN_FOLLOWED(when) ((when) >> 7 & 1)
#define WHEN_SHARD(when)    ((uint32_t)(when) & 127u)

/* A test that knows the true activations has its own. */
#if !defined(LIFETIMES_JUDGE_EVENT)
#define LIFETIMES_JUDGE_EVENT(event, sp)      ((void)0)
#define LIFETIMES_JUDGE_END(a, when, running) ((void)0)
#endif

struct lifetimes;

/* For the contexts of one shard; NULL: no memory. */
struct lifetimes *lifetimes_create(uint32_t shard);

/* Another thread has the context now.  What the last one allocated is another thread's to it. */
void lifetimes_new_owner(struct lifetimes *l);

/* Counts an event on the stack at `sp`.  True: it is to be followed, so the stack is to be walked
 * between activations_before_walk() and activations_after_walk(), and the latter tells
 * whether it could be. */
bool lifetimes_begin(struct lifetimes *l, uintptr_t sp);
struct activations *lifetimes_activations(struct lifetimes *l);
uint64_t lifetimes_event(const struct lifetimes *l);

/* What a realloc hands on from its old block to the new one. */
struct moved {
    uint64_t when; /* of the old block; 0: it is not known */
    uint64_t size_bytes;
    bool elsewhere; /* the address changed */
};

/* A block of `site` was allocated; `moved` is NULL if not by a realloc of another.  What its record
 * is to keep as `when`. */
uint64_t lifetimes_allocated(struct lifetimes *l, uint32_t site, uint64_t size_bytes, void *block,
                             bool followed, const struct moved *moved);

/* It is freed, in an event whose stack has this hash if it was followed. */
void lifetimes_freed(struct lifetimes *l, struct stack *stack, const struct live_record *record,
                     bool followed, uint64_t stack_hash);

/* It goes on as another block; or its free went past us.  `l` is NULL in a borrowed context, here
 * and in the next two. */
void lifetimes_moved(struct lifetimes *l, const struct live_record *record);
void lifetimes_missed(struct lifetimes *l, const struct live_record *record);

/* The same as allocated and freed in a borrowed context. */
void lifetimes_allocated_shared(uint32_t site);
void lifetimes_freed_shared(const struct live_record *record);

#endif
