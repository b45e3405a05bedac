/* SPDX-License-Identifier: Apache-2.0
 *
 * mixture ALLOCATIONS [grow SITE PERMILLE] [keep PERMILLE] [noise [SEED]]: 200 call sites of very
 * different shares, in random order, each of several sizes; what is live changes all the time.  It
 * does the same on every run, but for NOISE: four threads, some sites that allocate more or less by
 * chance, some by where the loader put the stack, and site_007 in one of two states. build: -O1
 * -fno-builtin -pthread
 */
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#define SITES   200
#define THREADS 4
#define LIVE    4096

#define SITE(n)                                                                                    \
    static __attribute__((noinline)) void *site_##n(size_t size)                                   \
    {                                                                                              \
        void *volatile block = malloc(size);                                                       \
        return block;                                                                              \
    }
#define NAME(n)   site_##n,
#define TEN(X, n) X(n##0) X(n##1) X(n##2) X(n##3) X(n##4) X(n##5) X(n##6) X(n##7) X(n##8) X(n##9)
#define HUNDRED(X, n)                                                                              \
    TEN(X, n##0)                                                                                   \
    TEN(X, n##1)                                                                                   \
    TEN(X, n##2)                                                                                   \
    TEN(X, n##3) TEN(X, n##4) TEN(X, n##5) TEN(X, n##6) TEN(X, n##7) TEN(X, n##8) TEN(X, n##9)
HUNDRED(SITE, 0)
HUNDRED(SITE, 1)
static void *(*const sites[SITES])(size_t) = {HUNDRED(NAME, 0) HUNDRED(NAME, 1)};

struct worker {
    uint64_t state; /* of its random numbers, the same on every run */
    uint64_t noise; /* of those that are not */
    long allocations;
    void *live[LIVE];
};
static int grown = -1, permille, kept, is_noisy, has_second_state;
static uint64_t loaded_at; /* of the program in memory */

static uint64_t next(uint64_t *state)
{
    uint64_t z = *state += 0x9e3779b97f4a7c15u;
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
    z = (z ^ z >> 27) * 0x94d049bb133111ebu;
    return z ^ z >> 31;
}

/* Of k objects, the last stay for a while. */
static void allocate(struct worker *worker, int site, uint64_t random)
{
    static const size_t sizes[] = {24, 60, 150, 400, 900, 2000, 6000};
    size_t size = sizes[site % 7] * (2 + (random >> 20) % 3) / 2 + (random >> 40) % 8;
    void *block = sites[site](size);
    void **place = &worker->live[(random >> 48) % LIVE];
    if (kept ? (random >> 44) % 1000 >= (uint64_t)kept : (random >> 44) % 4 == 0) {
        free(block);
        return;
    }
    if (kept)
        return;
    free(*place);
    *place = block;
}

static int more(struct worker *worker, int site, uint64_t random)
{
    int count = 1;
    if (site == grown)
        count += (int)((random >> 8) % 1000 < (uint64_t)(permille % 1000)) + permille / 1000;
    if (is_noisy && site % 10 == 3 && next(&worker->noise) % 200 == 0)
        count += (int)(next(&worker->noise) % 3) - 1;
    if (is_noisy && site % 10 == 5 && (loaded_at ^ random) % 500 == 0)
        count++;
    if (site == 7 && has_second_state && (random >> 8) % 2 == 0)
        count++;
    return count;
}

static void *work(void *argument)
{
    struct worker *worker = argument;
    for (long i = 0; i < worker->allocations; i++) {
        uint64_t random = next(&worker->state);
        int site = (int)(next(&worker->state) % SITES);
        if (random % 2) /* the first sites have most */
            site = site * site / SITES * site / SITES;
        for (int count = more(worker, site, random); count > 0; count--)
            allocate(worker, site, random);
    }
    return NULL;
}

int main(int argc, char **argv)
{
    static struct worker workers[THREADS];
    long allocations = argc > 1 ? atol(argv[1]) : 1000;
    uint64_t seed = 0;
    loaded_at = (uintptr_t)&workers >> 4;
    for (int i = 2; i < argc; i++) {
        if (strcmp(argv[i], "noise") == 0) {
            is_noisy = 1;
            seed = i + 1 < argc ? strtoull(argv[i + 1], NULL, 10) : 0;
        }
        if (strcmp(argv[i], "keep") == 0 && i + 1 < argc)
            kept = atoi(argv[++i]);
        if (strcmp(argv[i], "grow") == 0 && i + 2 < argc) {
            grown = atoi(argv[++i]);
            permille = atoi(argv[++i]);
        }
    }
    int threads = is_noisy ? THREADS : 1;
    pthread_t running[THREADS];
    for (int i = 0; i < threads; i++) {
        workers[i].state = (uint64_t)i + 1;
        workers[i].allocations = allocations / threads;
        workers[i].noise = seed + (uint64_t)i;
        if (is_noisy && seed == 0 && getrandom(&workers[i].noise, sizeof workers[i].noise, 0) < 0)
            return 1;
    }
    if (seed)
        loaded_at = next(&seed);
    has_second_state = is_noisy && (loaded_at ^ workers[0].noise) % 2;
    for (int i = 1; i < threads; i++)
        if (pthread_create(&running[i], NULL, work, &workers[i]) != 0 ||
            (seed && pthread_join(running[i], NULL) != 0))
            return 1;
    work(&workers[0]);
    for (int i = 1; i < threads && !seed; i++)
        pthread_join(running[i], NULL);
    return 0;
}
