/* SPDX-License-Identifier: Apache-2.0
 *
 * The records of LIFE and FREED_AT (state_lifetimes.h): found by what they are of, and made when
 * they are first needed.  Any thread, signal handlers too.
 */
#ifndef MEMPROF_LIVES_H
#define MEMPROF_LIVES_H

#include "preload/state.h"
#include "preload/state_lifetimes.h"

#include <stdint.h>

/* The record of a stack in a shard; NULL: no room, which is counted.  In the shared shard two
 * threads may make one each: readers add them up. */
struct state_life *lives_find(uint32_t node, uint32_t shard);

/* The record of a place where blocks of `life` were freed; NULL: it has as many as it may, or
 * there is no room. */
struct state_freed_at *lives_freed_at(struct state_life *life, uint32_t free_node);

/* Adds one, by the only writer, up to UINT32_MAX. */
static inline void lives_count(_Atomic uint32_t *counter)
{
    uint32_t count = atomic_load_explicit(counter, memory_order_relaxed);
    atomic_store_explicit(counter, count + (count != UINT32_MAX), memory_order_relaxed);
}

/* The same up to UINT16_MAX. */
static inline void lives_count_few(_Atomic uint16_t *counter)
{
    uint16_t count = atomic_load_explicit(counter, memory_order_relaxed);
    atomic_store_explicit(counter, (uint16_t)(count + (count != UINT16_MAX)), memory_order_relaxed);
}

static inline void lives_add(_Atomic uint64_t *sum, uint64_t amount)
{
    atomic_store_explicit(sum, atomic_load_explicit(sum, memory_order_relaxed) + amount,
                          memory_order_relaxed);
}

#endif
