/* SPDX-License-Identifier: Apache-2.0
 *
 * Of a thousand blocks without an exception fewer than three in a thousand are one, with a chance
 * of 95 %; of a hundred, three in a hundred.
 */
#include "collector/advise/confidence.h"

#define HIGH_LEAST   1000
#define MEDIUM_LEAST 100

/* Blocks that say something about this kind of advice. */
static uint64_t witnesses(const struct advice *advice)
{
    const struct advise_site *site = advice->site;
    switch (advice->kind) {
    case ADVICE_STACK:
    case ADVICE_ARENA:
        return site->ended;
    case ADVICE_RESERVE:
        return advice->steps;
    case ADVICE_CROSSED:
        return site->life.crossed;
    default:
        return site->life.allocated;
    }
}

/* Blocks of which one cannot say that they did as the others. */
static uint64_t exceptions(const struct advice *advice)
{
    const struct advise_site *site = advice->site;
    switch (advice->kind) {
    case ADVICE_STACK:
    case ADVICE_ARENA:
        return site->ended - site->inside + site->life.unfollowed + site->life.crossed;
    case ADVICE_RESERVE:
        return 0;
    default:
        return site->life.unfollowed;
    }
}

enum advice_confidence advice_confidence(const struct advice *advice)
{
    uint64_t seen = witnesses(advice);
    if (seen >= HIGH_LEAST && exceptions(advice) == 0)
        return ADVICE_HIGH;
    return seen >= MEDIUM_LEAST ? ADVICE_MEDIUM : ADVICE_LOW;
}
