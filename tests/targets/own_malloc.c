/* SPDX-License-Identifier: Apache-2.0
 * build: -rdynamic -fno-builtin -Wno-unused-parameter
 *
 * Brings its own allocation functions, as a program with a static jemalloc does.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static char pool[1 << 22];
static size_t used;

void *malloc(size_t size)
{
    size_t *block = (size_t *)(pool + used);
    used += (size + 31) & ~(size_t)15;
    *block = size;
    return used < sizeof pool ? block + 2 : NULL;
}
void free(void *block)
{
}
void *calloc(size_t count, size_t size)
{
    return malloc(count * size);
}
void *realloc(void *block, size_t size)
{
    void *grown = malloc(size);
    if (block && grown)
        memcpy(grown, block, ((size_t *)block)[-2] < size ? ((size_t *)block)[-2] : size);
    return grown;
}

int main(void)
{
    for (int n = 0; n < 1000; n++)
        free(malloc(100));
    printf("%s\n", used > 100000 ? "mine" : "another");
}
