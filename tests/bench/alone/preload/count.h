/* SPDX-License-Identifier: Apache-2.0
 *
 * In place of the shim's own, without the peak; with COUNT_BARE without totals and timeline, too.
 * What they cost is the difference.  The benchmark alone builds with it.
 */
#ifndef MEMPROF_COUNT_H
#define MEMPROF_COUNT_H

#include "preload/context.h"
#include "preload/counters.h"
#include "preload/peak.h"
#include "preload/sampler.h"
#include "preload/saved.h"
#include "preload/timeline.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

static inline void count_add(_Atomic uint64_t *counter, uint64_t amount)
{
    __asm__ volatile("addq %1, %0" : "+m"(*counter) : "re"(amount) : "cc");
}

static inline struct state_counters *count_counters(struct counter_shard **shard, uint32_t *site)
{
    struct state_counters *counters = counters_of(*shard, *site);
    if (__builtin_expect(!counters, 0)) {
        uint32_t other = *site;
        *shard = shard_shared();
        counters = counters_shared(&other);
        *site = other;
    }
    return counters;
}

static inline void count_sample(_Atomic uint64_t *samples)
{
    count_add(samples, 1);
#ifndef COUNT_BARE
    if (__builtin_expect((atomic_load_explicit(samples, memory_order_relaxed) &
                          atomic_load_explicit(&timeline.mask, memory_order_relaxed)) == 0,
                         0))
        timeline_tick();
#endif
}

static inline void count_total(_Atomic uint64_t *total, uint64_t amount)
{
#ifndef COUNT_BARE
    count_add(total, amount);
#else
    (void)total, (void)amount;
#endif
}

void count_event(const struct event_context *context, _Atomic uint64_t *events);
__attribute__((cold)) void count_shared(struct state_counters *counters, struct estimate e,
                                        bool freed);

static inline __attribute__((always_inline)) void
count_allocated(struct counter_shard *shard, struct state_counters *counters, struct estimate e)
{
    struct state_shard *record = shard->record;
    count_add(&counters->allocated_objects, e.objects);
    count_add(&counters->allocated_bytes, e.bytes);
    count_total(&record->allocated_objects, e.objects);
    count_total(&record->allocated_bytes, e.bytes);
}

static inline __attribute__((always_inline)) void
count_freed(struct counter_shard *shard, struct state_counters *counters, struct estimate e)
{
    struct state_shard *record = shard->record;
    count_add(&counters->freed_objects, e.objects);
    count_add(&counters->freed_bytes, e.bytes);
    count_total(&record->freed_objects, e.objects);
    count_total(&record->freed_bytes, e.bytes);
}

#endif
