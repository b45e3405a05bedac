/* SPDX-License-Identifier: Apache-2.0
 *
 * Pairs of numbers, each kept once and known by its index from 1 on: a function is a name and a
 * module, a node of a tree its parent and a frame.
 */
#ifndef MEMPROF_TOOLS_REPORT_PAIRS_H
#define MEMPROF_TOOLS_REPORT_PAIRS_H

#include <stdbool.h>
#include <stdint.h>

#include "collector/profile/hash.h"

struct pair {
    uint32_t first, second;
};

/* items[0] stands for "none". */
struct pairs {
    struct pair *items;
    uint32_t count, capacity; /* count includes items[0]; 0: nothing was interned yet */
    struct hash_index index;
};

#define PAIRS_FULL UINT32_MAX

/* The index of the pair, which is added if need be; PAIRS_FULL: no memory. */
uint32_t pairs_intern(struct pairs *pairs, uint32_t first, uint32_t second);
void pairs_deinit(struct pairs *pairs);

/* How many there are, without the one that stands for "none". */
static inline uint32_t pairs_known(const struct pairs *pairs)
{
    return pairs->count ? pairs->count - 1 : 0;
}

#endif
