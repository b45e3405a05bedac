/* SPDX-License-Identifier: Apache-2.0
 *
 * Counting an event: which counters it goes to, and how they are added to.  The owner of a
 * shard is its only writer and stores; in the shared shard everybody adds atomically.
 *
 * An event is counted in its site's counters, in the totals of their shard, and in the shard's
 * drift, by which the peak is found (peak.h).
 */
#ifndef MEMPROF_COUNT_H
#define MEMPROF_COUNT_H

#include "arch_fast.h"
#include "preload/context.h"
#include "preload/counters.h"
#include "preload/peak.h"
#include "preload/sampler.h"
#include "preload/saved.h"
#include "preload/timeline.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

/* By the owner alone.  Release: pairs with the reader, who sums what was freed first. */
static inline void count_add(_Atomic uint64_t *counter, uint64_t amount)
{
#if defined(COUNT_ADD) /* a test that looks at each operation has its own */
    COUNT_ADD(counter, amount);
#elif defined(COUNT_PORTABLE) /* ThreadSanitizer does not see what an instruction does */
    atomic_store_explicit(counter, atomic_load_explicit(counter, memory_order_relaxed) + amount,
                          memory_order_release);
#else
    arch_add(counter, amount);
#endif
}

/* The counters for *site in *shard.  Where there is no room for any they are in the shared shard,
 * which *shard is then; and if there is none there either *site becomes SITE_OTHER, whose are
 * there from the start. */
static inline struct state_counters *count_counters(struct counter_shard **shard, uint32_t *site)
{
    struct state_counters *counters = counters_of(*shard, *site);
    if (__builtin_expect(!counters, 0)) {
        uint32_t other = *site; /* a copy, so that *site may stay in a register */
        *shard = shard_shared();
        counters = counters_shared(&other);
        *site = other;
    }
    return counters;
}

/* The number of samples of which a thread looks at the clock. */
static inline void count_sample(_Atomic uint64_t *samples)
{
    count_add(samples, 1);
    if (__builtin_expect((atomic_load_explicit(samples, memory_order_relaxed) &
                          atomic_load_explicit(&timeline.mask, memory_order_relaxed)) == 0,
                         0))
        timeline_tick();
}

/* One more of a context's numbers of events. */
void count_event(const struct event_context *context, _Atomic uint64_t *events);

/* In the shared shard.  `freed`: of a block that is freed. */
__attribute__((cold)) void count_shared(struct state_counters *counters, struct estimate e,
                                        bool freed);

static inline struct state_header_peak *count_peak(const struct counter_shard *shard)
{
    return &((struct state_header *)shard->state)->peak;
}

/* Before an event of the owner's: saves what the counters had at the peak. */
static inline void count_enter_epoch(const struct state_header_peak *peak,
                                     struct state_counters *counters)
{
    /* Pairs with the compare-and-swap of who began the epoch. */
    uint32_t epoch =
        STATE_PEAK_EPOCH(atomic_load_explicit(&peak->epoch_level, memory_order_acquire));
    if (__builtin_expect(atomic_load_explicit(&counters->epoch, memory_order_relaxed) != epoch, 0))
        saved_save(counters, epoch);
}

/* By the owner of `shard`, which is not the shared one. */
static inline __attribute__((always_inline)) void
count_allocated(struct counter_shard *shard, struct state_counters *counters, struct estimate e)
{
    const struct state_header_peak *peak = count_peak(shard);
    struct state_shard *record = shard->record;
    count_enter_epoch(peak, counters);
    count_add(&counters->allocated_objects, e.objects);
    count_add(&counters->allocated_bytes, e.bytes);
    count_add(&record->allocated_objects, e.objects);
    count_add(&record->allocated_bytes, e.bytes);
    shard->drift += (int64_t)e.bytes;
    if (__builtin_expect(peak_rose_far(shard->drift, peak_batch(peak)), 0))
        peak_look(shard);
}

static inline __attribute__((always_inline)) void
count_freed(struct counter_shard *shard, struct state_counters *counters, struct estimate e)
{
    const struct state_header_peak *peak = count_peak(shard);
    struct state_shard *record = shard->record;
    int64_t drift = shard->drift;
    /* The total is as high as never before, and is about to fall. */
    if (__builtin_expect(drift > atomic_load_explicit(&peak->turn, memory_order_relaxed), 0)) {
        peak_look(shard);
        drift = shard->drift;
    }
    count_enter_epoch(peak, counters);
    count_add(&counters->freed_objects, e.objects);
    count_add(&counters->freed_bytes, e.bytes);
    count_add(&record->freed_objects, e.objects);
    count_add(&record->freed_bytes, e.bytes);
    shard->drift = drift - (int64_t)e.bytes;
    if (__builtin_expect(peak_fell_far(shard->drift, peak_batch(peak)), 0))
        peak_look(shard);
}

#endif
