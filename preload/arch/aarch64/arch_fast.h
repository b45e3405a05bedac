/* SPDX-License-Identifier: Apache-2.0
 *
 * What the fast path and the counting of an event take from the architecture: on aarch64 nothing,
 * since a load, the sum and a store are three instructions however they are written.
 */
#ifndef MEMPROF_ARCH_FAST_H
#define MEMPROF_ARCH_FAST_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

/* Counts `bytes` off; false when they reach *countdown, and nothing is counted off.  A handler
 * that comes between the load and the store draws from the same value, and what it counted off is
 * undone: it is as if it had allocated nothing. */
static inline __attribute__((always_inline)) bool
arch_count_down(uint64_t *countdown, uint64_t bytes, const uint64_t *most)
{
    uint64_t left = *countdown;
    (void)most;
    if (__builtin_expect(left <= bytes, 0))
        return false;
    *countdown = left - bytes;
    return true;
}

/* Is the byte not 0?  A relaxed load. */
static inline __attribute__((always_inline)) bool arch_is_set(const _Atomic uint8_t *byte)
{
    return atomic_load_explicit(byte, memory_order_relaxed) != 0;
}

/* Adds to a counter that this thread alone writes; a release store. */
static inline void arch_add(_Atomic uint64_t *counter, uint64_t amount)
{
    atomic_store_explicit(counter, atomic_load_explicit(counter, memory_order_relaxed) + amount,
                          memory_order_release);
}

#endif
