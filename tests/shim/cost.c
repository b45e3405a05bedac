/* SPDX-License-Identifier: Apache-2.0
 *
 * cost: what the shim's rare parts cost, in nanoseconds of processor time, and how often the
 * timeline comes by at given rates of events.  A part of the benchmark; it prints
 *
 *   tick NS                    reading the clock when no point is due
 *   points NS                  writing the points of one step
 *   look THREADS NS            summing the totals and telling all
 *   rate WANTED EVENTS TICKS   of a thread, in one second
 */
#include "preload/context.h"
#include "preload/peak.h"
#include "preload/process/clock.h"
#include "preload/process/thread.h"
#include "preload/timeline.h"
#include "tests/shim/host.h"

#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

enum { CALLS = 2000000, LOOKS = 200000, STEPS = 1000 };

static uint64_t ticks;
void __real_timeline_tick(void);
void __wrap_timeline_tick(void);
void __wrap_timeline_tick(void)
{
    ticks++;
    __real_timeline_tick();
}

static uint64_t now_ns(clockid_t clock)
{
    struct timespec now;
    clock_gettime(clock, &now);
    return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

static void print_tick(void)
{
    for (unsigned ring = 0; ring < STATE_RINGS; ring++)
        timeline.due_ns[ring] = UINT64_MAX;
    uint64_t before = now_ns(CLOCK_PROCESS_CPUTIME_ID);
    for (unsigned i = 0; i < CALLS; i++)
        __real_timeline_tick();
    printf("tick %.1f\n", (double)(now_ns(CLOCK_PROCESS_CPUTIME_ID) - before) / CALLS);
    memset(&timeline, 0, sizeof timeline);
}

/* As if the time were ever a step later. */
static void print_points(void)
{
    uint64_t start = clock_since_start_ns();
    uint64_t before = now_ns(CLOCK_PROCESS_CPUTIME_ID);
    for (unsigned i = 1; i <= CALLS / 10; i++) {
        struct shard_totals totals;
        shards_sum(&totals);
        timeline_write(start + i * STATE_RING_FIRST_NS, &totals);
    }
    printf("points %.1f\n", (double)(now_ns(CLOCK_PROCESS_CPUTIME_ID) - before) / (CALLS / 10));
    memset(&timeline, 0, sizeof timeline);
}

/* Threads that have a shard and wait. */
static pthread_barrier_t ready, end;
static void *have_a_shard(void *block)
{
    host_allocate(block, 64);
    pthread_barrier_wait(&ready);
    pthread_barrier_wait(&end);
    return NULL;
}
static void print_look(unsigned threads)
{
    pthread_t others[64];
    pthread_barrier_init(&ready, NULL, threads);
    pthread_barrier_init(&end, NULL, threads);
    for (unsigned i = 1; i < threads; i++)
        pthread_create(&others[i], NULL, have_a_shard, HOST_BLOCK(1000 + i));
    pthread_barrier_wait(&ready);
    struct timespec from, to;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &from);
    for (unsigned i = 0; i < LOOKS; i++)
        peak_look(thread.context->shard);
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &to);
    printf("look %u %.1f\n", threads,
           ((double)(to.tv_sec - from.tv_sec) * 1e9 + (double)(to.tv_nsec - from.tv_nsec)) / LOOKS);
    pthread_barrier_wait(&end);
    for (unsigned i = 1; i < threads; i++) {
        pthread_join(others[i], NULL);
        host_free(HOST_BLOCK(1000 + i));
    }
}

/* For a second, evenly over each of its milliseconds; 0: as many as can be. */
static void print_rate(uint64_t wanted)
{
    uint64_t events = 0, begin = now_ns(CLOCK_MONOTONIC), burst = wanted / STEPS;
    ticks = 0;
    for (unsigned step = 1; step <= STEPS; step++) {
        uint64_t until = begin + step * (1000000000u / STEPS);
        for (uint64_t i = 0; wanted ? i < burst : now_ns(CLOCK_MONOTONIC) < until; i += 2) {
            for (unsigned n = 0; n < (wanted ? 1u : 1000u); n++) {
                host_allocate(HOST_BLOCK(1), 64);
                host_free(HOST_BLOCK(1));
                events += 2;
            }
        }
        struct timespec at = {(time_t)(until / 1000000000u), (long)(until % 1000000000u)};
        if (wanted)
            clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &at, NULL);
    }
    double seconds = (double)(now_ns(CLOCK_MONOTONIC) - begin) / 1e9;
    printf("rate %llu %.0f %.0f\n", (unsigned long long)wanted, (double)events / seconds,
           (double)ticks / seconds);
}

int main(void)
{
    static const unsigned threads[] = {1, 2, 8, 64};
    static const uint64_t rates[] = {2000, 20000, 200000, 2000000, 0};
    clock_find();
    host_start("1");
    host_allocate(HOST_BLOCK(0), 64);
    print_tick();
    print_points();
    /* Before there are more threads, who would look and write the points with that. */
    for (unsigned i = 0; i < sizeof rates / sizeof *rates; i++)
        print_rate(rates[i]);
    for (unsigned i = 0; i < sizeof threads / sizeof *threads; i++)
        print_look(threads[i]);
    host_stop();
    return 0;
}
