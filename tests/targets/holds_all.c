/* SPDX-License-Identifier: Apache-2.0
 *
 * A program that holds all that it allocates, in large blocks: no setting of an allocator helps.
 */
#include <stdlib.h>
#include <string.h>

#define BYTES ((size_t)1 << 20)

int main(void)
{
    static char *blocks[64];
    for (int i = 0; i < 64; i++)
        memset(blocks[i] = malloc(BYTES), 1, BYTES);
    for (int n = 0; n < 4; n++)
        for (int i = 0; i < 64; i++)
            memset(blocks[i], n, BYTES);
    return blocks[0][0] != blocks[63][0];
}
