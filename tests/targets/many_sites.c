/* SPDX-License-Identifier: Apache-2.0
 * build: -O1 -fno-optimize-sibling-calls
 *
 * many_sites N: allocates on N distinct stacks: the binary digits of a number say which
 * of two functions each frame is.
 */
#include <stdlib.h>

static void *zero(unsigned number, int digits);
static void *one(unsigned number, int digits);

__attribute__((noinline)) static void *next(unsigned number, int digits)
{
    void *volatile block = digits == 0  ? malloc(24)
                           : number & 1 ? one(number >> 1, digits - 1)
                                        : zero(number >> 1, digits - 1);
    return block;
}
__attribute__((noinline)) static void *zero(unsigned number, int digits)
{
    void *volatile block = next(number, digits);
    return block;
}
__attribute__((noinline)) static void *one(unsigned number, int digits)
{
    void *volatile block = next(number, digits);
    return block;
}

int main(int argc, char **argv)
{
    unsigned count = argc > 1 ? (unsigned)atol(argv[1]) : 1000;
    for (unsigned n = 0; n < count; n++)
        if (!next(n, 18))
            return 1;
    return 0;
}
