/* SPDX-License-Identifier: Apache-2.0
 * build: -pthread
 *
 * Eight threads allocate, pass blocks on, grow and free them; the program counts for
 * itself and prints alloc_objects alloc_space inuse_objects inuse_space of `worker`.
 */
#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

enum { THREADS = 8, ROUNDS = 30000, SLOTS = 512 };

struct block {
    size_t size;
};
static _Atomic(struct block *) slots[SLOTS];
static atomic_ullong objects, bytes, freed_objects, freed_bytes;

static void drop(struct block *block)
{
    if (!block)
        return;
    atomic_fetch_add(&freed_objects, 1);
    atomic_fetch_add(&freed_bytes, block->size);
    free(block);
}

static struct block *take(struct block *old, size_t size)
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

static void *worker(void *argument)
{
    unsigned random = (unsigned)(uintptr_t)argument * 2654435761u + 1;
    for (int n = 0; n < ROUNDS; n++) {
        random = random * 1664525u + 1013904223u;
        size_t size = sizeof(struct block) + (random >> 8) % 3000;
        _Atomic(struct block *) *slot = &slots[(random >> 20) % SLOTS];
        struct block *block = atomic_exchange(slot, NULL);
        if (random >> 31)
            block = take(block, size);
        else {
            drop(block);
            block = take(NULL, size);
        }
        drop(atomic_exchange(slot, block));
    }
    return NULL;
}

int main(void)
{
    pthread_t threads[THREADS];
    for (uintptr_t n = 0; n < THREADS; n++)
        if (pthread_create(&threads[n], NULL, worker, (void *)n))
            abort();
    for (int n = 0; n < THREADS; n++)
        pthread_join(threads[n], NULL);
    unsigned long long o = objects, b = bytes;
    printf("%llu %llu %llu %llu\n", o, b, o - freed_objects, b - freed_bytes);
    return 0;
}
