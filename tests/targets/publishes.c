/* SPDX-License-Identifier: Apache-2.0
 * build: -pthread
 *
 * publishes FILE THREADS OPERATIONS: threads allocate and free, also each other's
 * blocks, and count it in FILE, a shared mapping that outlives them: before each call
 * and after it.  OPERATIONS 0: for ever.  FILE: pid, threads, then for each thread
 * and for small and big blocks: allocated begun and done, freed begun and done,
 * each objects and bytes.
 */
#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

enum { THREADS_MAX = 16, SLOTS = 64, BIG = 512 * 1024 };

struct count {
    _Atomic uint64_t objects, bytes;
};
struct counts {
    struct count allocated_begun, allocated_done, freed_begun, freed_done;
};
static struct published {
    _Atomic uint64_t pid, threads;
    struct counts of[THREADS_MAX][2];
} *published;

static _Atomic(size_t *) slots[SLOTS]; /* a block holds its size */
static uint64_t operations;

static void add(struct count *count, size_t size)
{
    atomic_store(&count->objects, count->objects + 1);
    atomic_store(&count->bytes, count->bytes + size);
}

__attribute__((noinline)) static size_t *small(size_t size)
{
    size_t *block = malloc(size);
    __asm__ volatile("" : "+r"(block));
    return block;
}
__attribute__((noinline)) static size_t *big(size_t size)
{
    size_t *block = malloc(size);
    __asm__ volatile("" : "+r"(block));
    return block;
}

static void release(struct counts *mine, size_t *block)
{
    size_t size = *block;
    struct counts *counts = &mine[size >= BIG];
    add(&counts->freed_begun, size);
    free(block);
    add(&counts->freed_done, size);
}

static void *work(void *argument)
{
    uintptr_t thread = (uintptr_t)argument;
    struct counts *mine = published->of[thread];
    uint32_t random = (uint32_t)getpid() * 16 + (uint32_t)thread;
    for (uint64_t n = 0; n < operations || operations == 0; n++) {
        random = random * 1664525u + 1013904223u;
        _Atomic(size_t *) *slot = &slots[random >> 26];
        size_t *block = atomic_exchange(slot, NULL);
        if (block) {
            release(mine, block);
            continue;
        }
        size_t size = random % 32 ? 8 + (random >> 8) % 3000 : BIG + (random >> 8) % 4096;
        struct counts *counts = &mine[size >= BIG];
        add(&counts->allocated_begun, size);
        block = size >= BIG ? big(size) : small(size);
        add(&counts->allocated_done, size);
        if (!block)
            abort();
        *block = size;
        block = atomic_exchange(slot, block);
        if (block)
            release(mine, block);
    }
    return NULL;
}

int main(int argc, char **argv)
{
    pthread_t threads[THREADS_MAX];
    int fd = argc == 4 ? open(argv[1], O_RDWR | O_CREAT, 0600) : -1;
    if (fd < 0 || ftruncate(fd, sizeof *published) != 0)
        return 2;
    published = mmap(NULL, sizeof *published, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    close(fd);
    int count = atoi(argv[2]);
    operations = strtoull(argv[3], NULL, 10);
    atomic_store(&published->threads, (uint64_t)count);
    atomic_store(&published->pid, (uint64_t)getpid());
    for (uintptr_t i = 0; i < (uintptr_t)count; i++)
        if (pthread_create(&threads[i], NULL, work, (void *)i))
            return 2;
    for (int i = 0; i < count; i++)
        pthread_join(threads[i], NULL);
}
