/* SPDX-License-Identifier: Apache-2.0
 * build: -O1 -fno-builtin -fno-optimize-sibling-calls
 *
 * stacks N SITES DEPTH MODE: N pairs of malloc and free below DEPTH frames.
 *   random  each on one of SITES stacks, drawn at random: the binary digits of its number
 *           say which of two functions each second frame is, from the outermost on
 *   walk    each on the same stack, which is left and entered again from main
 *   stay    all in one loop at the bottom of the stack
 */
#include "clock.h"

#include <stdlib.h>
#include <string.h>

static long repeat = 1;

static long zero(unsigned number, int depth);
static long one(unsigned number, int depth);

__attribute__((noinline)) static long bottom(void)
{
    for (long n = 0; n < repeat; n++)
        free(malloc(24 + (unsigned)n % 2));
    return repeat;
}
__attribute__((noinline)) static long next(unsigned number, int depth)
{
    return depth <= 0   ? bottom()
           : number & 1 ? one(number >> 1, depth - 2)
                        : zero(number >> 1, depth - 2);
}
__attribute__((noinline)) static long zero(unsigned number, int depth)
{
    volatile long done = next(number, depth);
    return done;
}
__attribute__((noinline)) static long one(unsigned number, int depth)
{
    volatile long done = next(number, depth);
    return done;
}
int main(int argc, char **argv)
{
    if (argc != 5)
        return 1;
    long count = atol(argv[1]), done = 0;
    unsigned sites = (unsigned)atol(argv[2]), random = 1;
    int depth = atoi(argv[3]);
    if (strcmp(argv[4], "stay") == 0)
        repeat = count;
    double start = repeat == 1 ? 0 : cpu_ns();
    /* Each is entered once before the clock starts; volatile: else the compiler makes two
     * calls of the one below, and what comes later are other stacks. */
    volatile long known = repeat == 1 ? sites : 0;
    for (long n = 0; done < count; n++) {
        unsigned drawn = (next_random(&random) << 8 ^ next_random(&random)) % sites;
        long pairs = next(n < known ? (unsigned)n : drawn, depth);
        if (n >= known)
            done += pairs;
        if (n + 1 >= known && start == 0)
            start = cpu_ns();
    }
    print_cost(start, count);
    return 0;
}
