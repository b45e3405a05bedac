/* SPDX-License-Identifier: Apache-2.0
 * build: -pthread
 *
 * pauses THREADS: they allocate, pass blocks on, grow and free them, and count for themselves.  At
 * each line of standard input they stop, or go on; when they have stopped it prints alloc_objects
 * alloc_space inuse_objects inuse_space of `take`.
 */
#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

enum { SLOTS = 512 };

struct block {
    size_t size;
};
static _Atomic(struct block *) slots[SLOTS];
static atomic_ullong objects, bytes, freed_objects, freed_bytes;
static pthread_rwlock_t running = PTHREAD_RWLOCK_INITIALIZER; /* held by who works */

static void drop(struct block *block)
{
    if (!block)
        return;
    atomic_fetch_add(&freed_objects, 1);
    atomic_fetch_add(&freed_bytes, block->size);
    free(block);
}

__attribute__((noinline)) static struct block *take(struct block *old, size_t size)
{
    if (old) {
        atomic_fetch_add(&freed_objects, 1);
        atomic_fetch_add(&freed_bytes, old->size);
    }
    struct block *volatile block = realloc(old, size);
    if (!block)
        abort();
    block->size = size;
    atomic_fetch_add(&objects, 1);
    atomic_fetch_add(&bytes, size);
    return block;
}

static void step(unsigned random)
{
    _Atomic(struct block *) *slot = &slots[(random >> 20) % SLOTS];
    size_t size = sizeof(struct block) + (random >> 8) % 3000;
    struct block *block = atomic_exchange(slot, NULL);
    if (random >> 31) {
        block = take(block, size);
    } else {
        drop(block);
        block = take(NULL, size);
    }
    drop(atomic_exchange(slot, block));
}

static void *work(void *argument)
{
    unsigned random = (unsigned)(uintptr_t)argument * 2654435761u + 1;
    for (;;) {
        pthread_rwlock_rdlock(&running);
        for (int n = 0; n < 100; n++)
            step(random = random * 1664525u + 1013904223u);
        pthread_rwlock_unlock(&running);
    }
    return NULL;
}

int main(int argc, char **argv)
{
    static char buffer[4096];
    int character, has_stopped = 0;
    pthread_rwlockattr_t attributes;
    setvbuf(stdout, buffer, _IOLBF, sizeof buffer);
    pthread_rwlockattr_init(&attributes);
    pthread_rwlockattr_setkind_np(&attributes, PTHREAD_RWLOCK_PREFER_WRITER_NONRECURSIVE_NP);
    pthread_rwlock_init(&running, &attributes);
    for (uintptr_t n = argc > 1 ? (uintptr_t)atoi(argv[1]) : 1; n > 0; n--) {
        pthread_t thread;
        if (pthread_create(&thread, NULL, work, (void *)n))
            abort();
    }
    puts("ready");
    while ((character = getchar()) != EOF) {
        if (character != '\n')
            continue;
        if (has_stopped) {
            pthread_rwlock_unlock(&running);
        } else {
            pthread_rwlock_wrlock(&running);
            unsigned long long all = objects, of = bytes;
            printf("%llu %llu %llu %llu\n", all, of, all - freed_objects, of - freed_bytes);
        }
        has_stopped = !has_stopped;
    }
    _Exit(0);
}
