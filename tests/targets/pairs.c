/* SPDX-License-Identifier: Apache-2.0
 * build: -O2 -fno-builtin
 *
 * pairs N SIZE: N pairs of malloc and free; prints nanoseconds per pair.
 */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static double now(void)
{
    struct timespec at;
    clock_gettime(CLOCK_MONOTONIC, &at);
    return at.tv_sec * 1e9 + at.tv_nsec;
}

int main(int argc, char **argv)
{
    long count = argc > 1 ? atol(argv[1]) : 20000000;
    size_t size = argc > 2 ? (size_t)atol(argv[2]) : 32;
    double start = now();
    for (long n = 0; n < count; n++)
        free(malloc(size));
    printf("%.3f\n", (now() - start) / count);
}
