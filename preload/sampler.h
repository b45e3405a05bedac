/* SPDX-License-Identifier: Apache-2.0
 *
 * Which allocations are recorded, and for how much they stand: stratified
 * sampling by bytes.  In each stratum of T bytes of a thread's byte stream lies
 * one mark, uniform in it.  An object of k < T bytes that covers N marks stands
 * for N*T bytes and N*T/k objects; one of k >= T bytes is always recorded, as
 * itself, and takes no bytes of the stream.  Every byte has probability 1/T; the
 * total is far closer than with independent marks (simulated RMSE of total
 * alloc_space: 0.19 % against 5.8 %).
 */
#ifndef MEMPROF_SAMPLER_H
#define MEMPROF_SAMPLER_H

#include "preload/process/config.h"
#include "preload/process/thread.h"

#include <stdbool.h>
#include <stdint.h>

/* Marks covered (0: recorded as itself) and the rounding of the object count. */
struct weight {
    uint8_t marks;
    uint8_t round_up;
};

struct estimate {
    uint64_t objects;
    uint64_t bytes;
};

/* The fast path: true when no mark lies within these bytes, which are counted off.
 * On x86-64 one SUB counts and tests, so no signal can split it; it is also 4 of a pair's 18
 * instructions cheaper.  What a handler allocates before the undo goes unsampled. */
#if defined(__x86_64__)
static inline __attribute__((always_inline)) bool sampler_pass(uint64_t size_bytes)
{
    bool reached;
    __asm__("subq %2, %1" : "=@ccbe"(reached), "+m"(thread.countdown) : "r"(size_bytes) : "cc");
    if (__builtin_expect(reached, 0)) {
        /* A handler that ran before the undo saw a wrapped, huge countdown and may have changed
         * it.  It must not stay huge, or this thread would never be sampled again. */
        __asm__("addq %1, %0" : "+m"(thread.countdown) : "r"(size_bytes) : "cc");
        if (thread.countdown > config.interval_bytes)
            thread.countdown = 0;
        return false;
    }
    return true;
}
#else
static inline bool sampler_pass(uint64_t size_bytes)
{
    uint64_t left = thread.countdown;
    if (__builtin_expect(left <= size_bytes, 0))
        return false;
    thread.countdown = left - size_bytes;
    return true;
}
#endif

/* Called when `size` reaches the countdown, after the allocation succeeded.
 * True: record it with *weight.  This thread's state alone is used. */
bool sampler_draw(struct thread *t, uint64_t size_bytes, struct weight *weight);

struct estimate sampler_scale(uint64_t size_bytes, struct weight weight);

/* What one recorded object stands for. */
static inline struct estimate sampler_estimate(uint64_t size_bytes, struct weight weight)
{
    return weight.marks ? sampler_scale(size_bytes, weight) : (struct estimate){1, size_bytes};
}

#endif
