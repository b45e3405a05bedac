/* SPDX-License-Identifier: Apache-2.0
 *
 * How the programs that allocate in known ways say what advice is right: SHAPE(kind, name) begins
 * the function `name`, which is called many times with the number of the call, and whose
 * allocations are of that kind: stack, arena, reserve, pool, crossed, or none (nothing to change,
 * or no pool).
 */
#ifndef MEMPROF_TESTS_SHAPES_H
#define MEMPROF_TESTS_SHAPES_H

#include <stdlib.h>
#include <string.h>

#define APART             __attribute__((noinline))
#define SHAPE(kind, name) APART static void name(int turn)

/* Uses a block, so that no compiler leaves it out. */
static inline void use(void *block, size_t bytes)
{
    if (!block)
        abort();
    memset(block, 7, bytes);
    __asm__ volatile("" : : "r"(block) : "memory");
}

/* Behind a call it keeps it from becoming a jump. */
static inline void stay(void)
{
    __asm__ volatile("");
}

static inline unsigned chance(void)
{
    static unsigned long long state = 1234567;
    state = state * 6364136223846793005ULL + 1442695040888963407ULL;
    return (unsigned)(state >> 33);
}

#endif
