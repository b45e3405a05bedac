/* SPDX-License-Identifier: Apache-2.0
 *
 * What the fast path and the counting of an event take from x86-64: instructions that read,
 * compute and store memory in one, which no signal can split, and of which a compiler makes
 * several.
 */
#ifndef MEMPROF_ARCH_FAST_H
#define MEMPROF_ARCH_FAST_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

/* Counts `bytes` off; false when they reach *countdown, which then has a value of at most
 * `most`, and nothing is counted off.  One SUB counts and tests, so no signal can split it; it is
 * also 4 of a pair's 18 instructions cheaper.  What a handler allocates before the undo goes
 * unsampled, and all of the thread from then on if it leaves by longjmp there. */
static inline __attribute__((always_inline)) bool
arch_count_down(uint64_t *countdown, uint64_t bytes, const uint64_t *most)
{
    bool reached;
    __asm__("subq %2, %1" : "=@ccbe"(reached), "+m"(*countdown) : "r"(bytes) : "cc");
    if (__builtin_expect(reached, 0)) {
        /* A handler that ran before the undo saw a wrapped, huge countdown and may have changed
         * it.  It must not stay huge, or this thread would never be sampled again. */
        __asm__("addq %1, %0" : "+m"(*countdown) : "r"(bytes) : "cc");
        if (*countdown > *most)
            *countdown = 0;
        return false;
    }
    return true;
}

/* Is the byte not 0?  A relaxed load, which is written out because a compiler takes three
 * instructions for what is one comparison in memory. */
static inline __attribute__((always_inline)) bool arch_is_set(const _Atomic uint8_t *byte)
{
    bool set;
    __asm__ volatile("cmpb $0, %1" : "=@ccne"(set) : "m"(*byte) : "cc");
    return set;
}

/* Adds to a counter that this thread alone writes; a release store.  One instruction reads, adds
 * and stores, in the order of the program as all stores are; a compiler makes three of them. */
static inline void arch_add(_Atomic uint64_t *counter, uint64_t amount)
{
    __asm__ volatile("addq %1, %0" : "+m"(*counter) : "re"(amount) : "cc");
}

#endif
