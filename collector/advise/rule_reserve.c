/* SPDX-License-Identifier: Apache-2.0
 *
 * A block that grows in steps, by realloc or by a new one that takes its place: to ask for the
 * final size at once saves the steps and what they copy.
 */
#include "collector/advise/rules.h"

/* Fewer steps are not worth a line of code, or are a chance. */
#define STEPS_LEAST 20
/* Of the site's calls.  A buffer that doubles takes log2 of its size steps; below a quarter most
 * calls are first ones, and the final size is that of the first. */
#define STEPS_SHARE 0.25
/* Of the blocks that are freed just after another one of the same stack was allocated, so many are
 * smaller than it where a container grows.  Two objects that take turns are larger half of the
 * time. */
#define LARGER_SHARE 0.9
/* A container that grows has its old block and its new one. */
#define CONTAINER_ALIVE_MOST 2
/* One of twenty grows once more. */
#define FINAL_SHARE 0.95
/* Where at least half of a site's blocks go on as others it is where chains begin. */
#define FIRST_LINK_SHARE 0.5

uint64_t advise_scaled(const struct advise_site *site, uint64_t count, uint64_t seen)
{
    uint64_t all = site->life.allocated;
    if (seen == 0 || all <= seen)
        return count;
    return advise_whole((double)count * (double)all / (double)seen);
}

bool advise_is_first_link(const struct advise_site *site)
{
    return (double)site->life.realloc_out >= FIRST_LINK_SHARE * (double)site->recorded &&
           site->life.realloc_out > site->life.realloc_in;
}

/* A block that is made once and then cut to what it needs, as asprintf's, has not grown: no realloc
 * of such a one moves it.  How often a block was reallocated is known when it is freed; where as
 * many are alive as were, each was once. */
static bool is_trimmed(const struct lifetime *life)
{
    uint64_t alive = life->allocated > life->freed ? life->allocated - life->freed : 0;
    bool was_once =
        life->chain_longest == 1 ||
        (life->chain_longest == 0 && alive >= life->realloc_in / 2 + life->realloc_in % 2);
    return was_once && life->moved == 0;
}

/* Blocks of a container that grows, and of which no free was seen to follow an allocation (it is
 * compiled without optimization, and its functions are too deep): all but the first in each call of
 * the owner. */
static uint64_t steps_by_name(const struct advise_site *site)
{
    if (!site->is_growth || site->live_in_one > CONTAINER_ALIVE_MOST)
        return 0;
    if (site->began == 0) /* none was followed: a container has each size once */
        return site->life.allocated - site->size_most;
    if (site->activations == 0)
        return 0;
    double per_activation = (double)site->began / (double)site->activations;
    return advise_whole((double)site->life.allocated * (1 - 1 / per_activation) + 0.5);
}

/* Of all blocks, so many were steps, and so many bytes were copied. */
static void count_steps(const struct advise_site *site, struct advice *advice)
{
    const struct lifetime *life = &site->life;
    uint64_t replaced = life->replaced_larger + life->replaced_smaller;
    bool grows = (double)life->replaced_larger >= LARGER_SHARE * (double)replaced;
    uint64_t by_hand = grows ? advise_scaled(site, life->replaced_larger, life->followed) : 0;
    uint64_t by_realloc =
        is_trimmed(life) ? 0 : advise_scaled(site, life->realloc_in, site->recorded);
    bool is_realloc = by_realloc >= by_hand;
    advice->steps = is_realloc ? by_realloc : by_hand;
    advice->copied_bytes = is_realloc
                               ? advise_scaled(site, life->copied_bytes, site->recorded)
                               : advise_scaled(site, life->replaced_larger_bytes, life->followed);
    uint64_t by_name = steps_by_name(site);
    if (by_name > advice->steps)
        advice->steps = by_name;
}

bool advise_reserve(const struct advise_site *site, struct advice *advice)
{
    const struct lifetime *life = &site->life;
    struct advice counted = {0};
    count_steps(site, &counted);
    if ((life->realloc_in + life->replaced_larger < STEPS_LEAST && !site->is_growth) ||
        counted.steps < STEPS_LEAST ||
        (double)counted.steps < STEPS_SHARE * (double)life->allocated)
        return false;
    advice->kind = ADVICE_RESERVE;
    advice->steps = counted.steps;
    advice->copied_bytes = counted.copied_bytes;
    advice->bytes = lifetime_final_size(life, FINAL_SHARE);
    if (advice->bytes == 0)
        advice->bytes = site->size_max;
    advice->saves_allocations = advice->steps < life->allocated ? advice->steps : life->allocated;
    uint64_t chains = life->allocated - advice->saves_allocations, needed;
    if (!__builtin_mul_overflow(chains, advice->bytes, &needed) && needed < life->allocated_bytes)
        advice->saves_bytes = life->allocated_bytes - needed;
    return true;
}
