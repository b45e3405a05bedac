/* SPDX-License-Identifier: Apache-2.0
 *
 * Blocks that come and go while a few are alive: a list of free ones serves them, if one size does
 * for all.  Where it does not, that is an answer, too: a pool would hold memory and save little.
 */
#include "collector/advise/rules.h"

/* Fewer calls are not worth a pool. */
#define CALLS_LEAST 1000
/* Each slot is to be used that often; otherwise most of the pool's life is its filling. */
#define REUSE_LEAST       20
#define FREED_SHARE_LEAST 0.9
/* Sizes so close, or so small, that a slot of the largest one wastes little. */
#define SPREAD_MOST     1.25
#define SMALL_SLOT_MOST 1024

static bool is_one_size(const struct advise_site *site)
{
    return site->size_max <= SMALL_SLOT_MOST ||
           (double)site->size_max <= SPREAD_MOST * (double)site->life.size_min;
}

bool advise_pool(const struct advise_site *site, struct advice *advice)
{
    const struct lifetime *life = &site->life;
    uint64_t slots = life->live_max;
    if (life->allocated < CALLS_LEAST || slots == 0)
        return false;
    advice->kind = ADVICE_NO_POOL;
    if (life->allocated / slots < REUSE_LEAST ||
        (double)life->freed < FREED_SHARE_LEAST * (double)life->allocated) {
        advice->reason = REASON_LONG_LIVED;
    } else if (!is_one_size(site)) {
        advice->reason = REASON_VARIED;
    } else {
        advice->kind = ADVICE_POOL;
        advice->slots = slots;
        advice->bytes = site->size_max;
        advice->saves_allocations = life->allocated - slots;
        uint64_t held;
        if (!__builtin_mul_overflow(slots, site->size_max, &held) && held < life->allocated_bytes)
            advice->saves_bytes = life->allocated_bytes - held;
    }
    return true;
}
