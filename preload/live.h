/* SPDX-License-Identifier: Apache-2.0
 *
 * The sampled blocks that are live: address -> what to take back when it is freed.
 * Private memory.  In front of it stands a filter, a counter for each page number
 * (modulo 2^20): free asks it with one load.
 */
#ifndef MEMPROF_LIVE_H
#define MEMPROF_LIVE_H

#include "arch_fast.h"
#include "preload/base/hidden.h"
#include "preload/process/process_wide.h"
#include "preload/sampler.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#define LIVE_LEVELS      20 /* the last has 2^28 buckets */
#define LIVE_FILTER_BITS 20
#define LIVE_FILTER_PAGE (32 - LIVE_FILTER_BITS) /* log2 of the bytes that share a counter */
#define LIVE_FILTER_FULL UINT8_MAX               /* saturated: stays, and only costs time */

struct live_level;

struct PROCESS_WIDE_TYPE live {
    _Atomic(struct live_level *) levels[LIVE_LEVELS];
    _Atomic uint32_t count;
};

extern HIDDEN struct live live_table;

struct live_record {
    uint32_t site;
    uint64_t size_bytes;
    struct weight weight;
    uint64_t when; /* of lifetimes.h: with config.lifetimes alone */
};

/* Not wiped by a fork: in the child it lets a few frees go the slow way for
 * nothing, and never hides one. */
extern HIDDEN _Atomic uint8_t live_filter[1u << LIVE_FILTER_BITS];

/* The low 32 bits of the address, shifted: all that is left of them is the index, and no mask
 * is needed.  Pages that are 4 GiB apart share a counter, which costs time and hides nothing. */
static inline _Atomic uint8_t *live_filter_of(const void *block)
{
    return &live_filter[(uint32_t)(uintptr_t)block >> LIVE_FILTER_PAGE];
}

/* May `block` be a sampled one?  The fast path of free. */
static inline __attribute__((always_inline)) bool live_maybe(const void *block)
{
    return arch_is_set(live_filter_of(block));
}

/* Enters a block that no other thread knows yet at its preferred entry; false: that is taken, and
 * live_insert() has to find another. */
bool live_put(const void *block, const struct live_record *record);

/* The same anywhere; false: no memory, or an address that cannot be kept.  When the table
 * is found to have the address already, its free went past us: that record is taken out
 * into *stale, whose site is 0 otherwise. */
bool live_insert(const void *block, const struct live_record *record, struct live_record *stale);

/* Takes a block out; false when it is not a sampled one. */
bool live_take(const void *block, struct live_record *record);

/* live_put() and live_take() where records have `when`.  (live_insert() sees to it by itself.) */
bool live_put_when(const void *block, const struct live_record *record);
bool live_take_when(const void *block, struct live_record *record);

/* Makes frees of this page go the slow way for ever. */
void live_filter_pin(const void *block);

#endif
