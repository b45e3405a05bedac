/* SPDX-License-Identifier: Apache-2.0
 *
 * The next malloc may be an indirect function, whose resolver allocates: while this thread
 * is resolving, malloc and its family come from and are recognised by a small static
 * buffer, whose pages are pinned in the live filter so that a later free or realloc of them
 * finds its way back here.
 */
#include "preload/real.h"
#include "preload/live.h"
#include "preload/process/symbols.h"
#include "preload/process/thread.h"

#include <errno.h>
#include <stdint.h>
#include <string.h>

#define BOOTSTRAP_BYTES 65536u
#define HEADER          16u /* bytes before a block: they hold its size and keep it aligned */

static char buffer[BOOTSTRAP_BYTES] __attribute__((aligned(4096)));
static _Atomic uint32_t buffer_used;

bool bootstrap_owns(const void *block)
{
    return (uintptr_t)block - (uintptr_t)buffer < BOOTSTRAP_BYTES;
}

size_t bootstrap_size(const void *block)
{
    size_t size;
    memcpy(&size, (const char *)block - HEADER, sizeof size);
    return size;
}

static void *bootstrap_alloc(size_t align, size_t size)
{
    if (align < HEADER)
        align = HEADER;
    uint32_t used = atomic_load_explicit(&buffer_used, memory_order_relaxed), from;
    do {
        from = (uint32_t)((used + HEADER + align - 1) & ~(align - 1));
        if (align > 4096 || size > BOOTSTRAP_BYTES || from + size > BOOTSTRAP_BYTES) {
            errno = ENOMEM;
            return NULL;
        }
    } while (!atomic_compare_exchange_weak_explicit(&buffer_used, &used, from + (uint32_t)size,
                                                    memory_order_relaxed, memory_order_relaxed));
    memcpy(buffer + from - HEADER, &size, sizeof size);
    live_filter_pin(buffer + from);
    return buffer + from;
}

/* Either this thread is inside real_resolve, or nobody resolved yet. */
static bool resolving(void)
{
    if (thread.internal)
        return true;
    real_resolve();
    return false;
}

static void *boot_malloc(size_t size)
{
    return resolving() ? bootstrap_alloc(HEADER, size) : real.malloc(size);
}

static void boot_free(void *block)
{
    if (!resolving() && !bootstrap_owns(block))
        real.free(block);
}

static void *boot_calloc(size_t n, size_t size)
{
    size_t bytes;
    if (!resolving())
        return real.calloc(n, size);
    if (__builtin_mul_overflow(n, size, &bytes)) {
        errno = ENOMEM;
        return NULL;
    }
    return bootstrap_alloc(HEADER, bytes); /* never used before: zero */
}

static void *boot_realloc(void *block, size_t size)
{
    if (!resolving())
        return real.realloc(block, size);
    void *moved = bootstrap_alloc(HEADER, size);
    if (moved && block)
        memcpy(moved, block, bootstrap_size(block) < size ? bootstrap_size(block) : size);
    return moved;
}

static void *boot_reallocarray(void *block, size_t n, size_t size)
{
    size_t bytes;
    if (!resolving())
        return real.reallocarray(block, n, size);
    if (__builtin_mul_overflow(n, size, &bytes)) {
        errno = ENOMEM;
        return NULL;
    }
    return boot_realloc(block, bytes);
}

static void *boot_aligned_alloc(size_t align, size_t size)
{
    return resolving() ? bootstrap_alloc(align, size) : real.aligned_alloc(align, size);
}

static void *boot_memalign(size_t align, size_t size)
{
    return resolving() ? bootstrap_alloc(align, size) : real.memalign(align, size);
}

static void *boot_valloc(size_t size)
{
    return resolving() ? bootstrap_alloc(4096, size) : real.valloc(size);
}

static void *boot_pvalloc(size_t size)
{
    return resolving() ? bootstrap_alloc(4096, size) : real.pvalloc(size);
}

static int boot_posix_memalign(void **block, size_t align, size_t size)
{
    if (!resolving())
        return real.posix_memalign(block, align, size);
    void *made = bootstrap_alloc(align, size);
    if (made)
        *block = made;
    return made ? 0 : ENOMEM;
}

static size_t boot_usable_size(void *block)
{
    if (!resolving())
        return real.malloc_usable_size(block);
    return bootstrap_owns(block) ? bootstrap_size(block) : 0;
}

struct real real = {.malloc = boot_malloc,
                    .free = boot_free,
                    .calloc = boot_calloc,
                    .realloc = boot_realloc,
                    .reallocarray = boot_reallocarray,
                    .aligned_alloc = boot_aligned_alloc,
                    .memalign = boot_memalign,
                    .valloc = boot_valloc,
                    .pvalloc = boot_pvalloc,
                    .posix_memalign = boot_posix_memalign,
                    .malloc_usable_size = boot_usable_size};

bool real_pending(void)
{
    return real.malloc == boot_malloc;
}

/* Stores nothing before all functions are found: what a resolver allocates must not come from an
 * allocator that is just being initialised. malloc is stored last, because real_pending() looks
 * at it. */
void real_resolve(void)
{
    struct real found;
    if (!real_pending())
        return;
    int saved = errno;
    thread.internal++;
    found = real;
#define FIND(name) *(void **)&found.name = symbols_next(#name, SYMBOLS_LIBC, NULL)
    FIND(malloc);
    FIND(free);
    FIND(calloc);
    FIND(realloc);
    FIND(reallocarray);
    FIND(aligned_alloc);
    FIND(memalign);
    FIND(valloc);
    FIND(pvalloc);
    FIND(posix_memalign);
    FIND(malloc_usable_size);
    FIND(free_sized);
    FIND(free_aligned_sized);
    real.free_sized = found.free_sized;
    real.free_aligned_sized = found.free_aligned_sized;
    real.free = found.free;
    real.calloc = found.calloc;
    real.realloc = found.realloc;
    real.reallocarray = found.reallocarray;
    real.aligned_alloc = found.aligned_alloc;
    real.memalign = found.memalign;
    real.valloc = found.valloc;
    real.pvalloc = found.pvalloc;
    real.posix_memalign = found.posix_memalign;
    real.malloc_usable_size = found.malloc_usable_size;
    real.malloc = found.malloc;
    thread.internal--;
    errno = saved;
}
