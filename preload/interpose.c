/* SPDX-License-Identifier: Apache-2.0
 *
 * The allocation family.  The fast path of malloc is one subtraction, one branch
 * and a tail jump; that of free one load, one branch and a tail jump.  All else is
 * cold.  Laws: the next allocator's answer and errno are passed on untouched; a
 * block is counted after it exists and before the caller has it; a record is taken
 * out before the block is freed, because its address may come back at once.
 */
#include "preload/interpose.h"
#include "preload/event.h"
#include "preload/real.h"
#include "preload/sampler.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#define EXPORT __attribute__((visibility("default")))
#define SLOW   __attribute__((noinline, cold))
/* In one cache line each: across two, the pair was 1.17 of plain instead of 1.13 (`make
 * bench SECTIONS=speed`). */
#define IN_ONE_LINE __attribute__((aligned(64)))

/* --- malloc and free --- */

static SLOW void *malloc_slow(size_t size)
{
    void *block = real.malloc(size);
    event_allocated(block, size, EVENT_CALLER);
    return block;
}

EXPORT IN_ONE_LINE void *malloc(size_t size)
{
    return sampler_pass(size) ? real.malloc(size) : malloc_slow(size);
}

static SLOW void free_slow(void *block)
{
    if (event_release(block, EVENT_CALLER))
        real.free(block);
}

EXPORT IN_ONE_LINE void free(void *block)
{
    if (__builtin_expect(live_maybe(block), 0))
        free_slow(block);
    else
        real.free(block);
}

/* --- the rest of the family --- */

static SLOW void *calloc_slow(size_t n, size_t size, size_t bytes)
{
    void *block = real.calloc(n, size);
    event_allocated(block, bytes, EVENT_CALLER);
    return block;
}

EXPORT void *calloc(size_t n, size_t size)
{
    size_t bytes;
    if (__builtin_mul_overflow(n, size, &bytes) || sampler_pass(bytes))
        return real.calloc(n, size);
    return calloc_slow(n, size, bytes);
}

/* Out of the bootstrap's buffer, where nothing is ever freed. */
static void *leave_bootstrap(void *old, size_t size)
{
    void *block = real.malloc(size);
    if (block)
        memcpy(block, old, bootstrap_size(old) < size ? bootstrap_size(old) : size);
    return block;
}

/* realloc is a free and an allocation of the whole new size; when it fails, the old
 * block is still there. */
static void *move(void *old, size_t size, const struct unwind_start *caller)
{
    struct live_record record;
    bool sampled = old && event_take(old, &record);
    bool bootstrap = bootstrap_owns(old);
    void *block = bootstrap ? leave_bootstrap(old, size) : real.realloc(old, size);
    bool freed = block || (old && size == 0);
    if (freed)
        event_reallocated(old, sampled ? &record : NULL, block, size, caller);
    else if (sampled)
        event_put_back(old, &record);
    return block;
}

static SLOW void *realloc_slow(void *old, size_t size)
{
    return move(old, size, EVENT_CALLER);
}

EXPORT void *realloc(void *old, size_t size)
{
    if (__builtin_expect(!live_maybe(old), 1) && sampler_pass(size))
        return real.realloc(old, size);
    return realloc_slow(old, size);
}

EXPORT void *reallocarray(void *old, size_t n, size_t size)
{
    size_t bytes;
    if (__builtin_mul_overflow(n, size, &bytes))
        return real.reallocarray(old, n, size);
    return move(old, bytes, EVENT_CALLER);
}

#define ALIGNED(name)                                                                              \
    EXPORT void *name(size_t align, size_t size)                                                   \
    {                                                                                              \
        void *block = real.name(align, size);                                                      \
        if (block && !sampler_pass(size))                                                          \
            event_allocated(block, size, EVENT_CALLER);                                            \
        return block;                                                                              \
    }
ALIGNED(aligned_alloc)
ALIGNED(memalign)

#define PAGES(name)                                                                                \
    EXPORT void *name(size_t size)                                                                 \
    {                                                                                              \
        void *block = real.name(size);                                                             \
        if (block && !sampler_pass(size))                                                          \
            event_allocated(block, size, EVENT_CALLER);                                            \
        return block;                                                                              \
    }
PAGES(valloc)
PAGES(pvalloc)

EXPORT int posix_memalign(void **block, size_t align, size_t size)
{
    int status = real.posix_memalign(block, align, size);
    if (status == 0 && !sampler_pass(size))
        event_allocated(*block, size, EVENT_CALLER);
    return status;
}

EXPORT size_t malloc_usable_size(void *block)
{
    return bootstrap_owns(block) ? bootstrap_size(block) : real.malloc_usable_size(block);
}

/* C23; in the way only when a target already uses them. */
static void free_sized_next(void *block, size_t size)
{
    if (real.free_sized)
        real.free_sized(block, size);
    else
        real.free(block);
}

static SLOW void free_sized_slow(void *block, size_t size)
{
    if (event_release(block, EVENT_CALLER))
        free_sized_next(block, size);
}

EXPORT void free_sized(void *block, size_t size)
{
    if (live_maybe(block))
        free_sized_slow(block, size);
    else
        free_sized_next(block, size);
}

static void free_aligned_sized_next(void *block, size_t align, size_t size)
{
    if (real.free_aligned_sized)
        real.free_aligned_sized(block, align, size);
    else
        real.free(block);
}

static SLOW void free_aligned_sized_slow(void *block, size_t align, size_t size)
{
    if (event_release(block, EVENT_CALLER))
        free_aligned_sized_next(block, align, size);
}

EXPORT void free_aligned_sized(void *block, size_t align, size_t size)
{
    if (live_maybe(block))
        free_aligned_sized_slow(block, align, size);
    else
        free_aligned_sized_next(block, align, size);
}

void *interpose_own_malloc(size_t size)
    __attribute__((alias("malloc"), malloc, alloc_size(1), nothrow, leaf));
