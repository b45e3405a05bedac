/* SPDX-License-Identifier: Apache-2.0
 *
 * Region i holds at least 256 KiB << i, or less where the program's memory is limited.  The list of
 * regions is ordinary memory and survives fork with the mappings; how much of them is used is
 * process-wide and does not.
 */
#include "preload/arena.h"
#include "preload/process/memory_limit.h"
#include "preload/process/sandbox.h"

#include <errno.h>
#include <sys/auxv.h>
#include <sys/mman.h>

#define TABLE_POPULATED (64u * 1024)
#define PREPARED_LEAST  (256u * 1024)
#define PAGE_BYTES      ((size_t)4096)
/* The first regions but one have at most such a part of limited address space, and the size doubles
 * with every LIMIT_STEP regions: the program's malloc may miss what is mapped and not used. */
#define LIMIT_PART 128
#define LIMIT_STEP 8

PROCESS_WIDE(struct arena, arena);

static struct region {
    _Atomic uintptr_t start; /* release; 0: not mapped */
    _Atomic size_t bytes;    /* stored before start */
} regions[ARENA_REGIONS];

static size_t region_bytes(unsigned i)
{
    return (size_t)256 * 1024 << (i < 20 ? i : 20);
}

static void *map(size_t bytes, int protection)
{
    void *start = mmap(NULL, bytes, protection, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    return start == MAP_FAILED ? NULL : start;
}

/* Makes the mapping region i; false: it is none that a fork wipes.  Of threads that race for one
 * region the first to claim `bytes` wins, and the others unmap. */
static bool add_region(unsigned i, void *start, size_t bytes)
{
    size_t none = 0;
    bool wiped = madvise(start, bytes, MADV_WIPEONFORK) == 0;
    if (wiped && atomic_compare_exchange_strong(&regions[i].bytes, &none, bytes))
        atomic_store_explicit(&regions[i].start, (uintptr_t)start, memory_order_release);
    else
        munmap(start, bytes);
    return wiped;
}

static bool map_region(unsigned i, size_t need)
{
    if (sandboxed())
        return false;
    int saved = errno;
    size_t least = (need + PAGE_BYTES - 1) & -PAGE_BYTES, bytes = region_bytes(i);
    while (bytes < need)
        bytes *= 2;
    uint64_t most = (memory_limit() / LIMIT_PART << i / LIMIT_STEP) & -PAGE_BYTES;
    if (bytes > most && i > 0)
        bytes = least > most ? least : most;
    void *start = map(bytes, PROT_READ | PROT_WRITE);
    if (!start && least < bytes) {
        bytes = least;
        start = map(bytes, PROT_READ | PROT_WRITE);
    }
    bool mapped = start && add_region(i, start, bytes);
    errno = saved;
    return mapped;
}

/* Without access first: after mlockall(MCL_FUTURE) all of it would be resident at once. */
static void *map_unlocked(size_t bytes)
{
    void *start = map(bytes, PROT_NONE);
    if (!start)
        return NULL;
    munlock(start, bytes);
    if (mprotect(start, bytes, PROT_READ | PROT_WRITE) == 0)
        return start;
    munmap(start, bytes);
    return NULL;
}

void arena_prepare(size_t bytes)
{
    int saved = errno;
    for (unsigned i = 0; i < ARENA_REGIONS; i++) {
        size_t size = atomic_load_explicit(&regions[i].bytes, memory_order_acquire);
        if (size == 0) {
            void *start = NULL;
            for (; !start && bytes >= PREPARED_LEAST; bytes /= 2)
                if ((start = map_unlocked(bytes)))
                    add_region(i, start, bytes);
            break;
        }
        /* It was prepared before, for a sandbox that was refused. */
        if (size - atomic_load_explicit(&arena.used[i], memory_order_relaxed) > bytes / 2)
            break;
    }
    errno = saved;
}

void *arena_alloc(size_t bytes, size_t align)
{
    for (unsigned i = 0; i < ARENA_REGIONS; i++) {
        size_t size = atomic_load_explicit(&regions[i].bytes, memory_order_acquire);
        if (size == 0) {
            if (!map_region(i, bytes + align))
                return NULL;
            size = atomic_load_explicit(&regions[i].bytes, memory_order_acquire);
        }
        uintptr_t start = atomic_load_explicit(&regions[i].start, memory_order_acquire);
        if (start == 0)
            continue; /* another thread is about to publish it */
        uint64_t used = atomic_load_explicit(&arena.used[i], memory_order_relaxed);
        for (;;) {
            uint64_t from = (used + align - 1) & ~(uint64_t)(align - 1);
            if (from + bytes > size)
                break;
            if (atomic_compare_exchange_weak_explicit(&arena.used[i], &used, from + bytes,
                                                      memory_order_relaxed, memory_order_relaxed))
                return (void *)(start + from);
        }
    }
    return NULL;
}

void arena_populate(void *table, size_t bytes)
{
    if (bytes < TABLE_POPULATED || sandboxed())
        return;
    int saved = errno;
    uintptr_t from = (uintptr_t)table & -(uintptr_t)getauxval(AT_PAGESZ);
    /* Where that fails, pages come one by one. */
    madvise((void *)from, (uintptr_t)table + bytes - from, MADV_POPULATE_WRITE);
    errno = saved;
}

void arena_advise(int advice)
{
    for (unsigned i = 0; i < ARENA_REGIONS; i++) {
        uintptr_t start = atomic_load_explicit(&regions[i].start, memory_order_acquire);
        if (start)
            madvise((void *)start, atomic_load_explicit(&regions[i].bytes, memory_order_relaxed),
                    advice);
    }
}
