/* SPDX-License-Identifier: Apache-2.0 */
#include "preload/count.h"
#include "preload/process/state_map.h"

/* Release, as for the owner of a shard. */
static void add(_Atomic uint64_t *counter, uint64_t amount)
{
    atomic_fetch_add_explicit(counter, amount, memory_order_release);
}

__attribute__((noinline)) void count_shared(struct state_counters *counters, struct estimate e,
                                            bool freed)
{
    struct counter_shard *shard = shard_shared();
    struct state_shard *record = shard->record;
    if (!atomic_load_explicit(&shards.shared_in_use, memory_order_relaxed))
        peak_join_shared();
    saved_save_shared(counters);
    add(freed ? &counters->freed_objects : &counters->allocated_objects, e.objects);
    add(freed ? &counters->freed_bytes : &counters->allocated_bytes, e.bytes);
    add(freed ? &record->freed_objects : &record->allocated_objects, e.objects);
    add(freed ? &record->freed_bytes : &record->allocated_bytes, e.bytes);
    int64_t change = freed ? -(int64_t)e.bytes : (int64_t)e.bytes;
    int64_t drift =
        atomic_fetch_add_explicit(&shards.shared_drift, change, memory_order_relaxed) + change;
    int64_t batch = peak_batch(&state_map.header->peak);
    if (freed ? peak_fell_far(drift, batch) : peak_rose_far(drift, batch))
        peak_look(shard);
}

void count_event(const struct event_context *context, _Atomic uint64_t *events)
{
    if (context->shared)
        atomic_fetch_add_explicit(events, 1, memory_order_relaxed);
    else
        count_add(events, 1);
}
