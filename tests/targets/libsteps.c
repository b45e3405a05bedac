/* SPDX-License-Identifier: Apache-2.0
 * build: -fno-builtin
 * machine: x86_64
 *
 * An allocator that may be called in signal handlers: it takes ever new memory and
 * remembers nothing but a size.  Below us, so that handlers may interrupt us anywhere.
 */
#include <errno.h>
#include <malloc.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

enum { BYTES = 1 << 30 };

static char memory[BYTES] __attribute__((aligned(4096)));
static atomic_size_t used;

static void *take(size_t align, size_t size)
{
    size_t room = (size + align + 31) & ~(size_t)15;
    size_t at = size < BYTES ? atomic_fetch_add(&used, room) : BYTES;
    if (at + room > BYTES) {
        errno = ENOMEM;
        return NULL;
    }
    size_t start = ((size_t)memory + at + 16 + align - 1) & ~(align - 1);
    ((size_t *)start)[-1] = size;
    return (void *)start;
}
void *malloc(size_t size)
{
    return take(16, size);
}
void free(void *block)
{
    (void)block;
}
void *calloc(size_t n, size_t size)
{
    return take(16, n * size);
}
void *realloc(void *old, size_t size)
{
    void *block = take(16, size);
    size_t had = old ? ((size_t *)old)[-1] : 0;
    return block && old ? memcpy(block, old, had < size ? had : size) : block;
}
void *memalign(size_t align, size_t size)
{
    return take(align, size);
}
void *aligned_alloc(size_t align, size_t size)
{
    return take(align, size);
}
int posix_memalign(void **block, size_t align, size_t size)
{
    *block = take(align, size);
    return *block ? 0 : ENOMEM;
}
size_t malloc_usable_size(void *block)
{
    return block ? ((size_t *)block)[-1] : 0;
}
