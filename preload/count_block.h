/* SPDX-License-Identifier: Apache-2.0
 *
 * Counting an event of a sampled block, whose record has what it stands for.
 */
#ifndef MEMPROF_COUNT_BLOCK_H
#define MEMPROF_COUNT_BLOCK_H

#include "preload/count.h"
#include "preload/live.h"

/* A sampled block's event that is not the usual one: there is no context, or others count in the
 * shard, too.  The estimate is made anew, which spares the usual event to keep it in memory. */
__attribute__((cold)) void count_block_shared(struct event_context *context,
                                              struct state_counters *counters,
                                              const struct live_record *record, bool freed);

static inline __attribute__((always_inline)) void
count_block_allocated(struct event_context *context, const struct site_entry *site,
                      const struct live_record *record)
{
    if (__builtin_expect(site->shared, 0)) {
        count_block_shared(context, site->counters, record, false);
        return;
    }
    count_allocated(context->shard, site->counters,
                    sampler_estimate(record->size_bytes, record->weight));
    count_sample(&context->shard->record->samples);
}

/* Without a context it counts in the shared counters. */
static inline __attribute__((always_inline)) void
count_block_freed(struct event_context *context, const struct live_record *record)
{
    struct counter_shard *shard = context ? context->shard : shard_shared();
    uint32_t site = record->site;
    struct state_counters *counters = count_counters(&shard, &site);
    if (__builtin_expect(shard->index == 0, 0)) {
        count_block_shared(context, counters, record, true);
        return;
    }
    count_freed(shard, counters, sampler_estimate(record->size_bytes, record->weight));
    count_sample(&shard->record->samples_freed);
}

#endif
