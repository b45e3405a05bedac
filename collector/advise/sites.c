/* SPDX-License-Identifier: Apache-2.0
 *
 * First all stacks say which functions outlive their blocks, then each gets its owner, and then
 * those of one place and owner are added up.  Within one caller of the owner stacks may be alive at
 * the same time; of different callers they are not, but for recursion and threads.
 */
#include "collector/advise/sites.h"
#include "collector/advise/allocators.h"
#include "collector/advise/growth.h"
#include "collector/advise/owner.h"
#include "collector/advise/site_sum.h"

#include <stdlib.h>

struct building {
    const struct lifetimes *lifetimes;
    bool *is_marked;
    struct site_part *parts;
    struct owner_votes votes;
    struct profile_stack stack;
};

/* The frames from the allocator to the place: the same ones are the same site, whoever calls it. */
static uint64_t place_key(const struct profile *profile, const struct profile_stack *stack,
                          struct advise_frame frame)
{
    uint64_t key = frame.line;
    for (uint32_t i = 0; i <= frame.level; i++)
        key = hash_pair(key, profile->nodes.items[stack->nodes[i]].location);
    return key;
}

static bool vote(struct building *at, uint32_t index)
{
    const struct lifetimes_stack *of = &at->lifetimes->stacks[index];
    struct site_part *part = &at->parts[index];
    const struct profile *profile = at->lifetimes->profile;
    *part = (struct site_part){.stack = of, .level = OWNER_NONE};
    if (!profile_stack_read(&at->stack, profile, of->node))
        return false;
    if (at->stack.depth == 0)
        return true;
    part->frame = advise_own_frame(profile, &at->stack, at->is_marked);
    part->place = place_key(profile, &at->stack, part->frame);
    return owner_vote_add(&at->votes, profile, part->place, &at->stack, &of->life);
}

static bool is_outermost(const struct profile *profile, const struct profile_stack *stack,
                         uint32_t level)
{
    return level + 1 >= stack->depth ||
           advise_is_library(profile, stack->nodes[level + 1],
                             advise_lines(profile, stack->nodes[level + 1]) - 1);
}

static bool choose_owner(struct building *at, uint32_t index)
{
    struct site_part *part = &at->parts[index];
    const struct profile *profile = at->lifetimes->profile;
    if (!profile_stack_read(&at->stack, profile, part->stack->node))
        return false;
    part->level = owner_level(&at->votes, profile, part->place, &at->stack, &part->stack->life);
    if (part->stack->life.censored > lifetime_ended(&part->stack->life) ||
        !owner_was_seen(&at->votes, profile, part->place, &at->stack)) {
        part->level = owner_level_by_frees(at->lifetimes, part->stack, &at->stack);
        part->is_by_frees = true;
    }
    if (part->level == OWNER_NONE)
        return true;
    uint32_t node = at->stack.nodes[part->level];
    part->owner_node = node;
    part->owner_line = owner_line(at->lifetimes, part->stack, &at->stack, part->level);
    part->owner = advise_function(profile, node, part->owner_line);
    part->outer = part->level + 1 < at->stack.depth ? at->stack.nodes[part->level + 1] : 0;
    part->is_outermost = is_outermost(profile, &at->stack, part->level);
    return true;
}

static int by_site(const void *first, const void *second)
{
    const struct site_part *a = first, *b = second;
    if (a->place != b->place)
        return a->place < b->place ? -1 : 1;
    if (a->owner != b->owner)
        return a->owner < b->owner ? -1 : 1;
    return (a->outer > b->outer) - (a->outer < b->outer);
}

static bool build(struct building *at, struct advise_sites *sites)
{
    uint32_t count = at->lifetimes->stack_count;
    for (uint32_t i = 0; i < count; i++)
        if (!vote(at, i))
            return false;
    for (uint32_t i = 0; i < count; i++)
        if (!choose_owner(at, i))
            return false;
    qsort(at->parts, count, sizeof(*at->parts), by_site);
    for (uint32_t i = 0, end; i < count; i = end) {
        for (end = i + 1; end < count && at->parts[end].place == at->parts[i].place &&
                          at->parts[end].owner == at->parts[i].owner;
             end++)
            ;
        struct advise_site *site = &sites->items[sites->count++];
        if (!site_sum(site, at->lifetimes, &at->parts[i], end - i, at->is_marked) ||
            !growth_measure(site, at->lifetimes, &at->parts[i], end - i))
            return false;
        sites->allocated = lifetime_plus(sites->allocated, site->life.allocated);
        sites->followed = lifetime_plus(sites->followed, site->life.followed);
        sites->grown_bytes = lifetime_plus(sites->grown_bytes, site->growth.bytes);
        sites->allocated_bytes = lifetime_plus(sites->allocated_bytes, site->life.allocated_bytes);
    }
    return true;
}

bool advise_sites_init(struct advise_sites *sites, const struct lifetimes *lifetimes)
{
    size_t room = (size_t)lifetimes->stack_count + 1;
    *sites = (struct advise_sites){.lifetimes = lifetimes};
    struct building at = {.lifetimes = lifetimes};
    at.is_marked = advise_allocators(lifetimes->profile);
    at.parts = calloc(room, sizeof(*at.parts));
    sites->items = calloc(room, sizeof(*sites->items));
    bool has_memory = at.is_marked && at.parts && sites->items && build(&at, sites);
    owner_votes_deinit(&at.votes);
    profile_stack_deinit(&at.stack);
    free(at.parts);
    free(at.is_marked);
    return has_memory;
}

void advise_sites_deinit(struct advise_sites *sites)
{
    free(sites->items);
    *sites = (struct advise_sites){0};
}
