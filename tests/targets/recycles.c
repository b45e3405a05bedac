/* SPDX-License-Identifier: Apache-2.0
 * build: -ldl -fno-builtin
 *
 * Needs librecycles.so: blocks of `first` are given back, by free and by realloc, and their
 * addresses are `second`'s before that call returns; those of `second` stay.
 */
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>

enum { SIZE = 256 };

static void *volatile kept[2];
static int count;

__attribute__((noinline)) static void second(void)
{
    kept[count++] = malloc(SIZE);
}

__attribute__((noinline)) static void *first(void)
{
    void *volatile block = malloc(SIZE);
    return block;
}

int main(void)
{
    void (**at_free)(void) = (void (**)(void))dlsym(RTLD_DEFAULT, "recycles_at_free");
    if (!at_free)
        return 9;
    void *block = first();
    *at_free = second;
    free(block);
    int same = kept[0] == block;
    block = first();
    *at_free = second;
    void *volatile moved = realloc(block, 4096);
    same += kept[1] == block && moved != block;
    printf("%d\n", same);
    return 0;
}
