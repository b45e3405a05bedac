/* SPDX-License-Identifier: Apache-2.0
 *
 * What every workload prints: CPU nanoseconds of the process for each operation of its
 * measured part.
 */
#ifndef BENCH_CLOCK_H
#define BENCH_CLOCK_H

#include <stdio.h>
#include <time.h>
#include <unistd.h>

static inline double cpu_ns(void)
{
    struct timespec at;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &at);
    return (double)at.tv_sec * 1e9 + (double)at.tv_nsec;
}

static inline void print_cost(double start_ns, long operations)
{
    printf("%.3f\n", (cpu_ns() - start_ns) / (double)(operations > 0 ? operations : 1));
}

/* A program's last act: when was it? */
static inline void print_clock(void)
{
    struct timespec now;
    char text[32];
    clock_gettime(CLOCK_MONOTONIC, &now);
    int length = snprintf(text, sizeof text, "%lld\n", now.tv_sec * 1000000000LL + now.tv_nsec);
    if (write(1, text, (size_t)length) != length)
        perror("write");
}

/* A small generator of our own: the same numbers on every C library. */
static inline unsigned next_random(unsigned *state)
{
    *state = *state * 1664525u + 1013904223u;
    return *state >> 8;
}

#endif
