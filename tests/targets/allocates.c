/* SPDX-License-Identifier: Apache-2.0
 *
 * allocates COUNT: so many blocks of 16 bytes at one call site, each freed.
 * build: -O1 -fno-builtin
 */
#include <stdlib.h>

static __attribute__((noinline)) void allocate(void)
{
    free(malloc(16));
}

int main(int argc, char **argv)
{
    for (long i = argc > 1 ? atol(argv[1]) : 0; i > 0; i--)
        allocate();
    return 0;
}
