/* SPDX-License-Identifier: Apache-2.0
 *
 * A heap that falls to pieces: blocks of 80 KB with small ones between them that stay, and when the
 * large ones were freed, blocks of 120 KB, which fit into none of the holes.
 */
#include <stdlib.h>
#include <string.h>

#define BLOCKS 400

static char *fill(size_t bytes)
{
    char *block = malloc(bytes);
    for (int i = 0; i < 8; i++) {
        memset(block, i, bytes);
        __asm__ volatile("" : : "r"(block) : "memory");
    }
    return block;
}

int main(void)
{
    static char *blocks[BLOCKS], *kept[BLOCKS];
    for (int i = 0; i < BLOCKS; i++) {
        blocks[i] = fill(80 * 1024);
        kept[i] = fill(100);
    }
    for (int i = 0; i < BLOCKS; i++)
        free(blocks[i]);
    for (int i = 0; i < BLOCKS; i++)
        blocks[i] = fill(120 * 1024);
    return kept[0][0] != kept[1][0];
}
