/* SPDX-License-Identifier: Apache-2.0
 *
 * replace N LIVE: keeps LIVE blocks of 16 to 271 bytes and replaces one at random, N times.
 */
#include "clock.h"

#include <stdlib.h>

int main(int argc, char **argv)
{
    long count = argc > 1 ? atol(argv[1]) : 1000000;
    unsigned live = argc > 2 ? (unsigned)atol(argv[2]) : 100000, random = 1;
    char **block = malloc(live * sizeof *block);
    for (unsigned n = 0; n < live; n++)
        *(block[n] = malloc(16 + next_random(&random) % 256)) = 1;
    double start = cpu_ns();
    for (long n = 0; n < count; n++) {
        unsigned at = (unsigned)((unsigned long)next_random(&random) * live >> 24);
        free(block[at]);
        *(block[at] = malloc(16 + next_random(&random) % 256)) = 1;
    }
    print_cost(start, count);
    return 0;
}
