/* SPDX-License-Identifier: Apache-2.0 */
#include "preload/peak.h"
#include "preload/process/clock.h"
#include "preload/process/process_wide.h"
#include "preload/process/state_map.h"
#include "preload/state_values.h"
#include "preload/timeline.h"

#include <stdbool.h>

#define HYSTERESIS 1024u /* with more than one shard a peak is higher by 1/1024 of itself */
#define ATTEMPTS   4u    /* at saying that a peak was seen */
#define TELL       4     /* of the way to the peak, the part that all together need not tell */

struct PROCESS_WIDE_TYPE peaks {
    _Atomic uint32_t looks; /* at the totals; wraps */
};
static PROCESS_WIDE(struct peaks, peaks);

static uint32_t shards_in_use(void)
{
    uint32_t used = atomic_load_explicit(&state_map.header->shards_used, memory_order_relaxed);
    return used - 1 + atomic_load_explicit(&shards.shared_in_use, memory_order_relaxed);
}

/* How far one of the shards in use may go before it looks. */
static int64_t batch_for(uint64_t highest, uint64_t net, uint32_t in_use)
{
    uint64_t least = highest / (HYSTERESIS * in_use);
    uint64_t batch = net < highest ? (highest - net) / (TELL * in_use) : 0;
    batch = batch > least ? batch : least;
    return batch < INT64_MAX / 2 ? (int64_t)batch : INT64_MAX / 2;
}

/* What one look sees. */
struct look {
    uint32_t number; /* of looks so far */
    uint32_t in_use; /* shards */
    uint64_t known;  /* epoch_level before the totals were summed */
    uint64_t highest, net;
    struct shard_totals totals;
};

static void sum(struct look *look, const struct state_header_peak *peak)
{
    look->number = atomic_fetch_add_explicit(&peaks.looks, 1, memory_order_acq_rel) + 1;
    look->in_use = shards_in_use();
    look->known = atomic_load_explicit(&peak->epoch_level, memory_order_acquire);
    look->highest = look->in_use > 1 ? state_level_bytes((uint32_t)(look->known >> 32))
                                     : atomic_load_explicit(&peak->bytes, memory_order_relaxed);
    shards_sum(&look->totals);
    look->net = look->totals.freed_bytes < look->totals.allocated_bytes
                    ? look->totals.allocated_bytes - look->totals.freed_bytes
                    : 0;
}

static bool is_peak(const struct look *look)
{
    return look->net > look->highest + (look->in_use > 1 ? look->highest / HYSTERESIS : 0);
}

/* A thread may sleep between summing and saying so.  Each shard looks again once it moved
 * by a batch, so after few looks of others little has changed. */
static bool is_fresh(const struct look *look)
{
    return atomic_load_explicit(&peaks.looks, memory_order_acquire) - look->number <= look->in_use;
}

/* Begins an epoch; false: another did, or what was summed is not true any more. */
static bool raise_peak(struct state_header_peak *peak, struct look *look, uint64_t now_ns)
{
    uint32_t epoch = STATE_PEAK_EPOCH(look->known);
    uint64_t raised = (uint64_t)state_level(look->net) << 32 | (epoch + (epoch != UINT32_MAX));
    /* Acq_rel: what was counted before is seen by who sees the epoch. */
    if (!is_fresh(look) ||
        !atomic_compare_exchange_strong_explicit(&peak->epoch_level, &look->known, raised,
                                                 memory_order_acq_rel, memory_order_relaxed))
        return false;
    atomic_store_explicit(&peak->bytes, look->net, memory_order_relaxed);
    atomic_store_explicit(&peak->ns, now_ns, memory_order_relaxed);
    look->highest = look->net;
    return true;
}

/* Others look more often before an epoch begins, so that it begins where it is said to. */
static bool batch_is_small(struct state_header_peak *peak, const struct look *look)
{
    int64_t least = batch_for(look->net, look->net, look->in_use);
    if (look->in_use == 1 || atomic_load_explicit(&peak->batch, memory_order_relaxed) <= least)
        return true;
    atomic_store_explicit(&peak->turn, INT64_MAX, memory_order_relaxed);
    atomic_store_explicit(&peak->batch, least, memory_order_relaxed);
    return false;
}

void peak_look(struct counter_shard *shard)
{
    struct state_header_peak *peak = &state_map.header->peak;
    uint64_t now_ns = clock_since_start_ns();
    struct look look;
    /* Told before it is summed: in the shared shard others add to it meanwhile. */
    if (shard->index == 0)
        atomic_store_explicit(&shards.shared_drift, 0, memory_order_relaxed);
    else
        shard->drift = 0;
    for (unsigned attempt = 0; attempt < ATTEMPTS; attempt++) {
        sum(&look, peak);
        if (!is_peak(&look) || (batch_is_small(peak, &look) && raise_peak(peak, &look, now_ns)))
            break;
    }
    if (look.in_use == 1) {
        /* Nobody else counts: the way from the peak. */
        if (shard->index != 0)
            shard->drift = (int64_t)(look.net - look.highest);
    } else if (is_fresh(&look)) {
        atomic_store_explicit(&peak->turn, INT64_MAX, memory_order_relaxed);
        atomic_store_explicit(&peak->batch, batch_for(look.highest, look.net, look.in_use),
                              memory_order_relaxed);
    }
    timeline_write(now_ns, &look.totals);
}

void peak_join_shared(void)
{
    if (!atomic_exchange_explicit(&shards.shared_in_use, 1, memory_order_relaxed))
        peak_look(shard_shared());
}
