/* SPDX-License-Identifier: Apache-2.0
 * build: -pthread -fno-builtin
 *
 * highest PATTERN THREADS: threads allocate and free in a pattern; prints the most bytes
 * that were in use, which the program counts for itself. */
#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { BLOCKS = 2000, SLOTS = 32768 };

static _Atomic int64_t inuse, most;
static pthread_barrier_t barrier;
static int count;
static _Atomic(void *) handed[SLOTS];

static void note(int64_t change)
{
    int64_t now = atomic_fetch_add(&inuse, change) + change, known = atomic_load(&most);
    while (now > known && !atomic_compare_exchange_weak(&most, &known, now))
        ;
}

static void *take(size_t bytes)
{
    void *block = malloc(bytes);
    if (!block)
        abort();
    note((int64_t)bytes);
    return block;
}

static void drop(void *block, size_t bytes)
{
    note(-(int64_t)bytes);
    free(block);
}

/* Each thread rises and falls by itself. */
static void *waves(void *argument)
{
    static _Thread_local void *blocks[BLOCKS];
    unsigned random = (unsigned)(uintptr_t)argument * 2654435761u + 1;
    for (int round = 0; round < 20; round++) {
        random = random * 1664525u + 1013904223u;
        int top = 500 + (int)(random >> 8) % (BLOCKS - 500);
        for (int i = 0; i < top; i++)
            blocks[i] = take(1000 + (size_t)i % 77);
        for (int i = 0; i < top; i++)
            drop(blocks[i], 1000 + (size_t)i % 77);
    }
    return NULL;
}

/* One after the other takes a share of the whole and then waits: nobody tells but itself. */
static void *pool(void *argument)
{
    static _Thread_local void *blocks[BLOCKS];
    for (int turn = 0; turn < count; turn++) {
        for (int i = 0; turn == (int)(uintptr_t)argument && i < BLOCKS; i++)
            blocks[i] = take(1000);
        pthread_barrier_wait(&barrier);
    }
    for (int i = 0; i < BLOCKS; i++)
        drop(blocks[i], 1000);
    return NULL;
}

/* Even threads allocate, odd ones free. */
static void *hand(void *argument)
{
    int self = (int)(uintptr_t)argument;
    for (int i = 0; i < 20 * BLOCKS; i++) {
        _Atomic(void *) *slot = &handed[(unsigned)i * 7 % SLOTS];
        void *old = atomic_exchange(slot, self % 2 ? NULL : take(500));
        if (old)
            drop(old, 500);
    }
    return NULL;
}

/* Threads that come and go: each leaves a block, one in 700 frees what was left. */
static void *leave(void *argument)
{
    int self = (int)(uintptr_t)argument;
    void *old = atomic_exchange(&handed[self % 512], take(30000));
    if (old)
        drop(old, 30000);
    for (int i = 0; self % 700 == 699 && i < 512; i++)
        if ((old = atomic_exchange(&handed[i], NULL)))
            drop(old, 30000);
    return NULL;
}

int main(int argc, char **argv)
{
    static const struct {
        const char *name;
        void *(*body)(void *);
    } patterns[] = {{"waves", waves}, {"pool", pool}, {"hand", hand}, {"leave", leave}};
    pthread_t threads[64];
    count = argc > 2 ? atoi(argv[2]) : 0;
    if (count < 1 || count > 64 || pthread_barrier_init(&barrier, NULL, (unsigned)count) != 0)
        return 2;
    for (unsigned p = 0; p < sizeof patterns / sizeof *patterns; p++) {
        if (strcmp(argv[1], patterns[p].name) != 0)
            continue;
        int rounds = patterns[p].body == leave ? 2000 / count : 1;
        for (int round = 0; round < rounds; round++) {
            for (int i = 0; i < count; i++)
                if (pthread_create(&threads[i], NULL, patterns[p].body,
                                   (void *)(uintptr_t)(round * count + i)) != 0)
                    return 2;
            for (int i = 0; i < count; i++)
                pthread_join(threads[i], NULL);
        }
        printf("%lld\n", (long long)most);
        return 0;
    }
    return 2;
}
