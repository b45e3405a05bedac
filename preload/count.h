/* SPDX-License-Identifier: Apache-2.0
 *
 * Counting an event: which counters it goes to, and how they are added to.  The owner of a
 * shard is its only writer and stores; in the shared shard everybody adds atomically.
 */
#ifndef MEMPROF_COUNT_H
#define MEMPROF_COUNT_H

#include "preload/context.h"
#include "preload/counters.h"
#include "preload/sampler.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

static inline void count_add(bool shared, _Atomic uint64_t *counter, uint64_t amount)
{
    /* Release: pairs with the reader, who sums what was freed first. */
    if (shared)
        atomic_fetch_add_explicit(counter, amount, memory_order_release);
    else
        atomic_store_explicit(counter, atomic_load_explicit(counter, memory_order_relaxed) + amount,
                              memory_order_release);
}

/* The counters for *site that `context` counts in; *shared: other threads do so, too.  Where
 * there is no room for any, *site becomes SITE_OTHER, whose are there from the start. */
static inline struct state_counters *count_counters(struct event_context *context, uint32_t *site,
                                                    bool *shared)
{
    struct state_counters *counters = counters_of(context->shard, *site);
    *shared = context->shared;
    if (__builtin_expect(!counters, 0)) {
        counters = counters_shared(site);
        *shared = true;
    }
    return counters;
}

static inline void count_allocated(struct state_counters *counters, bool shared, struct estimate e)
{
    count_add(shared, &counters->allocated_objects, e.objects);
    count_add(shared, &counters->allocated_bytes, e.bytes);
}

static inline void count_freed(struct state_counters *counters, bool shared, struct estimate e)
{
    count_add(shared, &counters->freed_objects, e.objects);
    count_add(shared, &counters->freed_bytes, e.bytes);
}

#endif
