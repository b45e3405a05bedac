/* SPDX-License-Identifier: Apache-2.0 */
#include "preload/count_block.h"

__attribute__((noinline)) void count_block_shared(struct event_context *context,
                                                  struct state_counters *counters,
                                                  const struct live_record *record, bool freed)
{
    count_shared(counters, sampler_estimate(record->size_bytes, record->weight), freed);
    if (!context)
        return;
    struct state_shard *shard = context->shard->record;
    count_event(context, freed ? &shard->samples_freed : &shard->samples);
}
