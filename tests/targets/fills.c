/* SPDX-License-Identifier: Apache-2.0
 * build: -O1 -Wno-infinite-recursion
 *
 * fills DEPTH: allocates and frees from 2^DEPTH different stacks, so that the state grows,
 * and keeps one block of 100 bytes from each eighth.  Prints what it counted itself.
 */
#include <stdio.h>
#include <stdlib.h>

#include "sees.h"

static unsigned long objects, bytes, kept;

__attribute__((noipa)) static void leaf(unsigned path)
{
    void *volatile block = malloc(100);
    objects++;
    bytes += 100;
    if (path % 8)
        free(block);
    else
        kept++;
}
__attribute__((noipa)) static void left(unsigned path, int depth);
__attribute__((noipa)) static void right(unsigned path, int depth)
{
    if (depth == 0)
        leaf(path);
    else if (path >> depth & 1)
        left(path, depth - 1);
    else
        right(path, depth - 1);
    __asm__ volatile("" ::: "memory");
}
__attribute__((noipa)) static void left(unsigned path, int depth)
{
    if (depth == 0)
        leaf(path);
    else if (path >> depth & 1)
        right(path, depth - 1);
    else
        left(path, depth - 1);
    __asm__ volatile("" ::: "memory");
}

int main(int argc, char **argv)
{
    int depth = argc > 1 ? atoi(argv[1]) : 12;
    static char buffer[4096];
    setvbuf(stdout, buffer, _IOFBF, sizeof buffer); /* else it would be counted as [other] */
    for (unsigned path = 0; path < 1u << depth; path++)
        right(path, depth);
    printf("%lu %lu %lu\n", objects, bytes, kept);
    fflush(stdout);
    sees();
}
