/* SPDX-License-Identifier: Apache-2.0
 *
 * Counters per site and thread.  A shard is written by its owner alone, with
 * plain release stores; the shared one (index 0) with atomic adds.  A thread's are
 * made when it first counts a site, those in the shared shard when somebody first has
 * to count there: in a signal handler, past 64 threads, or without room elsewhere.
 * Every site has room promised for these from its creation, so that an event can
 * always be counted; where the file system breaks the promise, [other] counts it, and a site
 * whose free is counted there looks too high by it.
 */
#ifndef MEMPROF_COUNTERS_H
#define MEMPROF_COUNTERS_H

#include "preload/base/hidden.h"
#include "preload/process/process_wide.h"
#include "preload/state.h"

#include <stdbool.h>
#include <stdint.h>

#define SITE_OTHER       1u /* what found no room: its stack is [other] */
#define SHARD_PAGE_SITES 1024
#define SHARD_PAGES      (STATE_SITES_MAX / SHARD_PAGE_SITES)

struct event_context;

/* Private: where the counters of a shard lie. */
struct counter_shard {
    struct state_shard *record;
    uint32_t index;
    char *state;                   /* start of the state: counters are named by offset */
    struct event_context *context; /* goes with the shard from owner to owner */
    /* Bytes allocated minus freed since the shard last looked at the totals; with one shard in
     * use, since the peak.  The owner's alone; that of the shared shard is shared_drift. */
    int64_t drift;
    _Atomic(_Atomic uint32_t *) pages[SHARD_PAGES]; /* site -> counters, file offset / 8 */
};

struct PROCESS_WIDE_TYPE counter_shards {
    _Atomic(struct counter_shard *) all[STATE_SHARDS_MAX];
    _Atomic uint32_t last_taken;    /* where the search for a free one begins */
    _Atomic uint32_t shared_in_use; /* 1: something was counted in the shared one */
    _Atomic int64_t shared_drift;
};

/* The sums over all shards. */
struct shard_totals {
    uint64_t allocated_bytes, allocated_objects, freed_bytes;
};
/* Freed ones first, so that no block is seen freed and not allocated. */
void shards_sum(struct shard_totals *totals);

extern HIDDEN struct counter_shards shards;

/* Makes the shared shard; false when there is no memory. */
bool counters_init(void);

struct counter_shard *shard_shared(void);

/* A shard of the calling thread's own, which has none: new, or of a thread that ended.
 * NULL: all 64 are in use, or no memory. */
struct counter_shard *shard_acquire(void);

/* Gives it back unused. */
void shard_release(struct counter_shard *shard);

struct state_counters *counters_create(struct counter_shard *shard, uint32_t site);

/* The counters of `site` in `shard`, made if need be; NULL when there is no memory. */
static inline struct state_counters *counters_of(struct counter_shard *shard, uint32_t site)
{
    _Atomic uint32_t *page =
        atomic_load_explicit(&shard->pages[site / SHARD_PAGE_SITES], memory_order_acquire);
    uint32_t counters =
        page ? atomic_load_explicit(&page[site % SHARD_PAGE_SITES], memory_order_acquire) : 0;
    return counters ? (struct state_counters *)(shard->state + (uint64_t)counters * 8)
                    : counters_create(shard, site);
}

/* Promises `site`, which nobody else knows yet, counters in the shared shard; false: there is
 * no room left that is not promised. */
bool counters_reserve(uint32_t site);

/* The counters of *site in the shared shard; where there is no room for them after all, *site
 * becomes SITE_OTHER, whose are there from the start.  Never NULL. */
struct state_counters *counters_shared(uint32_t *site);

#endif
