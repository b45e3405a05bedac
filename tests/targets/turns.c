/* SPDX-License-Identifier: Apache-2.0 */
/* build: -fno-builtin */
/* Grows and falls in ways that make a peak hard to tell: by steps, by blocks that come and go on
 * the way up, twice to the same height, and by realloc. */
#include <stdlib.h>

static void *kept[1000];

__attribute__((noinline)) static void grow(int count, size_t bytes)
{
    for (int i = 0; i < count; i++) {
        kept[i] = malloc(bytes + (size_t)i);
        free(malloc(7)); /* comes and goes at a height that was never reached before */
    }
}

__attribute__((noinline)) static void fall(int count)
{
    for (int i = 0; i < count; i++) {
        free(kept[i]);
        kept[i] = NULL;
    }
}

int main(void)
{
    for (int round = 0; round < 3; round++) {
        grow(800, 100);
        fall(800 - round);
    }
    grow(1000, 200);
    free(malloc(5000)); /* the top, for one block */
    free(malloc(5000)); /* no higher */
    fall(500);
    char *grown = malloc(10);
    for (size_t bytes = 20; bytes < 100000; bytes += bytes / 3)
        grown = realloc(grown, bytes);
    void *top = malloc(60000);
    free(top);
    free(grown);
    return 0;
}
