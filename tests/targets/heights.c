/* SPDX-License-Identifier: Apache-2.0 */
/* build: -fno-builtin */
/* heights SEED: rises and falls at random, by three functions and at several depths of a recursion,
 * and never by realloc. */
#include <stdlib.h>

enum { BLOCKS = 400 };
static void *blocks[BLOCKS];
static unsigned seed;

static unsigned draw(unsigned below)
{
    seed = seed * 1664525u + 1013904223u;
    return (seed >> 8) % below;
}

__attribute__((noinline)) static void *small(void)
{
    void *volatile block = malloc(1 + draw(100));
    return block;
}
__attribute__((noinline)) static void *zeroed(void)
{
    void *volatile block = calloc(1 + draw(10), 30);
    return block;
}
__attribute__((noinline)) static void *large(void)
{
    void *volatile block = malloc(1000 + draw(3000));
    return block;
}
__attribute__((noinline)) static void *at_depth(unsigned depth)
{
    void *volatile block = depth > 0      ? at_depth(depth - 1)
                           : draw(4) == 0 ? large()
                           : draw(2) == 0 ? zeroed()
                                          : small();
    return block;
}

int main(int argc, char **argv)
{
    seed = argc > 1 ? (unsigned)atoi(argv[1]) : 1;
    for (int round = 0; round < 20; round++) {
        unsigned most = draw(BLOCKS);
        for (unsigned i = 0; i < most; i++)
            if (!blocks[i])
                blocks[i] = at_depth(draw(4));
        for (unsigned i = draw(BLOCKS); i < BLOCKS; i++) {
            free(blocks[i]);
            blocks[i] = NULL;
        }
    }
    return 0;
}
