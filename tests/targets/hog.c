/* SPDX-License-Identifier: Apache-2.0
 *
 * hog MIB: allocates and touches blocks of 64 KiB in `hoards` until it has that much, or
 * the system ends it; a few small ones elsewhere.  Says how it ended when malloc gave NULL.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

__attribute__((noinline)) static void *hoards(void)
{
    void *volatile block = malloc(65536);
    return block ? memset(block, 1, 65536) : NULL;
}
__attribute__((noinline)) static void *modest(void)
{
    void *volatile block = malloc(1000);
    return block;
}

int main(int argc, char **argv)
{
    long blocks = (argc > 1 ? atol(argv[1]) : 10) * 16;
    for (long n = 0; n < blocks; n++) {
        if (n % 16 == 0)
            modest();
        if (!hoards()) {
            puts("no more memory");
            return 4;
        }
    }
    puts("enough");
    return 0;
}
