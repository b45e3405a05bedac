/* SPDX-License-Identifier: Apache-2.0
 * build: -fno-builtin
 *
 * Frees NULL a thousand times while a block lives at a multiple of 4 GiB, whose page looks
 * like page 0 to whoever keeps 20 bits of it.
 */
#include <malloc.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

int main(void)
{
    void *block = memalign((size_t)1 << 32, 100);
    void *volatile none = NULL;
    printf("%s\n", block && (uintptr_t)block % ((size_t)1 << 32) == 0 ? "aligned" : "no block");
    for (int n = 0; n < 1000; n++)
        free(none);
    free(block);
}
