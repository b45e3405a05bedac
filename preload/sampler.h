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

#include "arch_fast.h"
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

/* The fast path: true when no mark lies within these bytes, which are counted off. */
static inline __attribute__((always_inline)) bool sampler_pass(uint64_t size_bytes)
{
    return arch_count_down(&thread.countdown, size_bytes, &config.interval_bytes);
}

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
