/* SPDX-License-Identifier: Apache-2.0 */
#include "tools/advise/cost.h"

#include <stdlib.h>
#include <time.h>

#include "collector/base/clock.h"

#define ROUNDS 7 /* the shortest time is taken: the other rounds were disturbed */
#define PAIRS  20000

static double round_ns(void)
{
    uint64_t begin = clock_ns(CLOCK_MONOTONIC);
    for (int i = 0; i < PAIRS; i++) {
        void *block = malloc(64);
        __asm__ volatile("" : "+r"(block)); /* without it the compiler would leave both calls out */
        free(block);
    }
    return (double)(clock_ns(CLOCK_MONOTONIC) - begin) / PAIRS;
}

double cost_of_pair_ns(void)
{
    static double least;
    for (int i = 0; least == 0 || i < ROUNDS; i++) {
        double now = round_ns();
        if (least == 0 || now < least)
            least = now;
    }
    return least;
}
