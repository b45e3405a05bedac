/* SPDX-License-Identifier: Apache-2.0
 * build: -fno-builtin
 *
 * An allocator whose malloc is chosen by a resolver that allocates: whoever looks for
 * the next malloc is called back by it.
 */
#include <stdlib.h>
#include <string.h>

void *__libc_malloc(size_t size);

char *early_blocks[8];

static void *(*resolve(void))(size_t)
{
    static int resolving;
    if (!resolving++ && !early_blocks[0]) {
        early_blocks[0] = malloc(100);
        early_blocks[1] = calloc(10, 10);
        early_blocks[2] = realloc(NULL, 100);
        early_blocks[3] = aligned_alloc(256, 256);
        early_blocks[4] = realloc(malloc(20), 100);
        for (int n = 0; n < 5 && early_blocks[n]; n++)
            strcpy(early_blocks[n], "early");
        free(malloc(30));
    }
    return __libc_malloc;
}

void *malloc(size_t size) __attribute__((ifunc("resolve")));
