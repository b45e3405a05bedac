/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MEMPROF_RANDOM_H
#define MEMPROF_RANDOM_H

#include <stdint.h>

/* From the kernel, else from the clock: for names and seeds, not for secrets. */
uint64_t random_u64(void);

/* A bijective mixer (the finaliser of SplitMix64, Steele et al. 2014). */
static inline uint64_t random_mix(uint64_t x)
{
    x += UINT64_C(0x9e3779b97f4a7c15);
    x = (x ^ (x >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    x = (x ^ (x >> 27)) * UINT64_C(0x94d049bb133111eb);
    return x ^ (x >> 31);
}

/* The next number of a stream (SplitMix64); `*stream` is its whole state. */
static inline uint64_t random_next(uint64_t *stream)
{
    uint64_t x = *stream;
    *stream += UINT64_C(0x9e3779b97f4a7c15);
    return random_mix(x);
}

/* Uniform in 1..bound (Lemire's multiply-shift; its bias is below bound / 2^64). */
static inline uint64_t random_1_to(uint64_t *stream, uint64_t bound)
{
    return (uint64_t)((unsigned __int128)random_next(stream) * bound >> 64) + 1;
}

#endif
