/* SPDX-License-Identifier: Apache-2.0
 *
 * Of a thousand blocks without an exception fewer than three in a thousand are one, with a chance
 * of 95 %; of a hundred, three in a hundred.
 */
#include "collector/advise/confidence.h"

#define HIGH_LEAST   1000
#define MEDIUM_LEAST 100
/* Looks at a process. */
#define LOOKS_LEAST 3
/* Where so many of the followed blocks were not seen to end, those that were may be others. */
#define CENSORED_MOST 0.1

/* Blocks that say something about this kind of advice. */
static uint64_t witnesses(const struct advice *advice)
{
    const struct advise_site *site = advice->site;
    switch (advice->kind) {
    case ADVICE_STACK:
    case ADVICE_ARENA:
        return site->ended;
    case ADVICE_RESERVE:
        return site->is_growth ? site->began : site->life.realloc_in + site->life.replaced_larger;
    case ADVICE_CROSSED:
        return site->life.crossed;
    case ADVICE_POOL:
    case ADVICE_NO_POOL: /* who was not followed may have been an object of some call */
        return lifetime_plus(site->ended, site->life.censored);
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
        return site->ended - site->inside + site->life.unfollowed + site->life.crossed +
               site->life.doubted;
    case ADVICE_RESERVE:
        return 0;
    default: /* what is doubted may have an owner further out, which these kinds do not mind */
        return site->life.unfollowed;
    }
}

/* Two looks cannot tell what leaks from what fills up. */
static enum advice_confidence of_growth(const struct advise_site *site)
{
    const struct advise_growth *growth = &site->growth;
    if (growth->objects >= HIGH_LEAST && site->looks >= LOOKS_LEAST && growth->is_steady &&
        !growth->is_estimate)
        return ADVICE_HIGH;
    return growth->objects >= MEDIUM_LEAST && growth->is_steady ? ADVICE_MEDIUM : ADVICE_LOW;
}

/* They may be the document of some call, whose end nobody saw. */
static bool is_freed_by_nobody_known(const struct advise_site *site)
{
    return site->life.freed > site->life.allocated / 2 && !site->owner.function;
}

enum advice_confidence advice_confidence(const struct advice *advice)
{
    if (advice->kind == ADVICE_LEAK)
        return of_growth(advice->site);
    uint64_t seen = witnesses(advice);
    bool is_scoped = advice->kind == ADVICE_STACK || advice->kind == ADVICE_ARENA;
    double censored = is_scoped ? (double)advice->site->life.censored : 0;
    if (is_scoped && advice->site->is_owner_by_frees)
        return censored >= MEDIUM_LEAST ? ADVICE_MEDIUM : ADVICE_LOW;
    if (censored > (double)advice->site->ended)
        return ADVICE_LOW;
    if (advice->kind == ADVICE_KEPT && is_freed_by_nobody_known(advice->site))
        return ADVICE_LOW;
    if (seen >= HIGH_LEAST && exceptions(advice) == 0 &&
        censored <= CENSORED_MOST * (double)advice->site->life.followed)
        return ADVICE_HIGH;
    return seen >= MEDIUM_LEAST ? ADVICE_MEDIUM : ADVICE_LOW;
}
