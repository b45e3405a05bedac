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
/* One of twenty grows once more. */
#define FINAL_SHARE 0.95
/* Where at least half of a site's blocks go on as others it is where chains begin. */
#define FIRST_LINK_SHARE 0.5

uint64_t advise_scaled(const struct advise_site *site, uint64_t count)
{
    const struct lifetime *life = &site->life;
    if (life->followed == 0 || life->allocated <= life->followed)
        return count;
    return (uint64_t)((double)count * (double)life->allocated / (double)life->followed);
}

bool advise_is_first_link(const struct advise_site *site)
{
    return (double)site->life.realloc_out >= FIRST_LINK_SHARE * (double)site->life.allocated &&
           site->life.realloc_out > site->life.realloc_in;
}

bool advise_reserve(const struct advise_site *site, struct advice *advice)
{
    const struct lifetime *life = &site->life;
    uint64_t replaced = life->replaced_larger + life->replaced_smaller;
    bool grows = (double)life->replaced_larger >= LARGER_SHARE * (double)replaced;
    uint64_t by_hand = grows ? advise_scaled(site, life->replaced_larger) : 0;
    uint64_t steps = life->realloc_in > by_hand ? life->realloc_in : by_hand;
    if (steps < STEPS_LEAST || (double)steps < STEPS_SHARE * (double)life->allocated)
        return false;
    advice->kind = ADVICE_RESERVE;
    advice->steps = steps;
    advice->copied_bytes = steps == life->realloc_in
                               ? life->copied_bytes
                               : advise_scaled(site, life->replaced_larger_bytes);
    advice->bytes = lifetime_final_size(life, FINAL_SHARE);
    if (advice->bytes == 0)
        advice->bytes = site->size_max;
    advice->saves_allocations = steps < life->allocated ? steps : life->allocated;
    uint64_t chains = life->allocated - advice->saves_allocations, needed;
    if (!__builtin_mul_overflow(chains, advice->bytes, &needed) && needed < life->allocated_bytes)
        advice->saves_bytes = life->allocated_bytes - needed;
    return true;
}
