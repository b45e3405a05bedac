/* SPDX-License-Identifier: Apache-2.0
 *
 * An allocator below the profiler: inside free, or inside a realloc that moves, it calls
 * *recycles_at_free, as if another thread came at this very moment, and the next malloc of
 * that size is given the same address.
 */
#include <stdlib.h>
#include <string.h>

extern void *__libc_malloc(size_t size);
extern void __libc_free(void *block);

enum { SIZE = 256 };

void (*recycles_at_free)(void);
static void *returned;

void *malloc(size_t size)
{
    void *block = size == SIZE ? returned : NULL;
    if (!block)
        return __libc_malloc(size);
    returned = NULL;
    return block;
}

void free(void *block)
{
    void (*call)(void) = recycles_at_free;
    if (!call) {
        __libc_free(block);
        return;
    }
    recycles_at_free = NULL;
    returned = block;
    call();
}

void *realloc(void *old, size_t size)
{
    void *block = __libc_malloc(size);
    if (block && old) {
        memcpy(block, old, SIZE < size ? SIZE : size);
        void (*call)(void) = recycles_at_free;
        recycles_at_free = NULL;
        if (call) {
            returned = old;
            call();
        }
    }
    return block;
}
