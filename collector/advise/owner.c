/* SPDX-License-Identifier: Apache-2.0 */
#include "collector/advise/owner.h"

#include <stdlib.h>

/* A stack of which so many blocks were followed to their end speaks for itself: a helper is called
 * for what is short-lived and for what is not. */
#define OWN_EVIDENCE 100
/* One of five hundred blocks may outlive its owner: an exception that the code handles anyway. */
#define INSIDE_SHARE 0.998

static uint32_t find(const struct owner_votes *votes, uint64_t place, uint64_t function,
                     uint64_t hash, uint32_t *slot)
{
    uint32_t known;
    if (votes->index.capacity == 0)
        return 0;
    for (*slot = hash_first(&votes->index, hash); (known = votes->index.slots[*slot].record);
         *slot = hash_next(&votes->index, *slot, hash))
        if (votes->items[known].place == place && votes->items[known].function == function)
            return known;
    return 0;
}

/* NULL: no memory. */
static struct owner_vote *vote_of(struct owner_votes *votes, uint64_t place, uint64_t function)
{
    uint64_t hash = hash_pair(place, function);
    uint32_t slot = 0;
    if (!hash_reserve(&votes->index))
        return NULL;
    uint32_t known = find(votes, place, function, hash, &slot);
    if (known)
        return &votes->items[known];
    if (votes->count + 1 >= votes->capacity) {
        uint32_t capacity = votes->capacity ? votes->capacity * 2 : 256;
        struct owner_vote *moved = reallocarray(votes->items, capacity, sizeof(*moved));
        if (!moved)
            return NULL;
        votes->items = moved;
        votes->capacity = capacity;
    }
    hash_set(&votes->index, slot, hash, ++votes->count);
    votes->items[votes->count] = (struct owner_vote){.place = place, .function = function};
    return &votes->items[votes->count];
}

/* A level's function is the one that the others were inlined into. */
static uint64_t function_at(const struct profile *profile, const struct profile_stack *stack,
                            uint32_t level)
{
    uint32_t node = stack->nodes[level];
    return advise_function(profile, node, advise_lines(profile, node) - 1);
}

/* Of a function that is on the stack twice only the innermost activation counts. */
static bool is_repeated(const struct profile *profile, const struct profile_stack *stack,
                        uint32_t level)
{
    for (uint32_t i = 0; i < level; i++)
        if (function_at(profile, stack, i) == function_at(profile, stack, level))
            return true;
    return false;
}

/* The last level stands for all outer ones, too, so it is no evidence. */
static uint32_t levels_of(const struct profile_stack *stack)
{
    return stack->depth < LIFETIME_LEVELS - 1 ? stack->depth : LIFETIME_LEVELS - 1;
}

bool owner_vote_add(struct owner_votes *votes, const struct profile *profile, uint64_t place,
                    const struct profile_stack *stack, const struct lifetime *life)
{
    uint64_t ended = lifetime_ended(life);
    for (uint32_t level = 0; ended > 0 && level < levels_of(stack); level++) {
        if (is_repeated(profile, stack, level))
            continue;
        struct owner_vote *vote = vote_of(votes, place, function_at(profile, stack, level));
        if (!vote)
            return false;
        vote->ended = lifetime_plus(vote->ended, ended);
        vote->inside = lifetime_plus(vote->inside, lifetime_ended_inside(life, level));
    }
    return true;
}

void owner_votes_deinit(struct owner_votes *votes)
{
    hash_deinit(&votes->index);
    free(votes->items);
    *votes = (struct owner_votes){0};
}

/* By its own blocks alone. */
static uint32_t own_level(const struct profile_stack *stack, const struct lifetime *life)
{
    double ended = (double)lifetime_ended(life);
    for (uint32_t level = 0; level < levels_of(stack); level++)
        if ((double)lifetime_ended_inside(life, level) >= INSIDE_SHARE * ended)
            return level;
    return OWNER_NONE;
}

uint32_t owner_level(const struct owner_votes *votes, const struct profile *profile, uint64_t place,
                     const struct profile_stack *stack, const struct lifetime *life)
{
    if (lifetime_ended(life) >= OWN_EVIDENCE)
        return own_level(stack, life);
    for (uint32_t level = 0; level < levels_of(stack); level++) {
        uint64_t function = function_at(profile, stack, level);
        uint32_t slot, known = find(votes, place, function, hash_pair(place, function), &slot);
        if (known &&
            (double)votes->items[known].inside >= INSIDE_SHARE * (double)votes->items[known].ended)
            return level;
    }
    return OWNER_NONE;
}

/* The frames up to the place are the same in all of its stacks, and each block votes for all. */
bool owner_was_seen(const struct owner_votes *votes, const struct profile *profile, uint64_t place,
                    const struct profile_stack *stack)
{
    uint64_t function = stack->depth ? function_at(profile, stack, 0) : 0;
    uint32_t slot;
    return find(votes, place, function, hash_pair(place, function), &slot) != 0;
}

/* The frame of another stack that is the same activation, so far as its callers are the same. */
static uint32_t same_frame(const struct profile *profile, const struct profile_stack *stack,
                           uint32_t level, uint32_t leaf)
{
    uint32_t outer = level + 1 < stack->depth ? stack->nodes[level + 1] : 0;
    for (uint32_t node = leaf; node != 0; node = profile->nodes.items[node].parent)
        if (profile->nodes.items[node].parent == outer)
            return node;
    return 0;
}

uint32_t owner_level_by_frees(const struct lifetimes *lifetimes, const struct lifetimes_stack *of,
                              const struct profile_stack *stack)
{
    const struct profile *profile = lifetimes->profile;
    uint32_t level = 0;
    if (of->free_count == 0)
        return OWNER_NONE;
    for (uint32_t i = 0; i < of->free_count; i++) {
        uint32_t leaf = lifetimes->frees[of->free_first + i].node, other = 0;
        for (; level < levels_of(stack); level++) {
            other = same_frame(profile, stack, level, leaf);
            if (other && advise_function(profile, other, advise_lines(profile, other) - 1) ==
                             function_at(profile, stack, level))
                break;
        }
        if (level == levels_of(stack))
            return OWNER_NONE;
    }
    return level;
}

/* How many lines, from the outermost, are the same inlined calls in both. */
static uint32_t common_lines(const struct profile *profile, uint32_t first, uint32_t second)
{
    uint32_t ours = advise_lines(profile, first), theirs = advise_lines(profile, second), same = 0;
    while (same < ours && same < theirs) {
        uint32_t a = ours - 1 - same, b = theirs - 1 - same;
        if (advise_function(profile, first, a) != advise_function(profile, second, b))
            break;
        same++;
        if (advise_place_of(profile, first, a).line != advise_place_of(profile, second, b).line)
            break;
    }
    return same;
}

uint32_t owner_line(const struct lifetimes *lifetimes, const struct lifetimes_stack *of,
                    const struct profile_stack *stack, uint32_t level)
{
    const struct profile *profile = lifetimes->profile;
    uint32_t node = stack->nodes[level], lines = advise_lines(profile, node), same = lines;
    if (lines == 1 || of->free_count == 0)
        return lines - 1;
    for (uint32_t i = 0; i < of->free_count; i++) {
        uint32_t leaf = lifetimes->frees[of->free_first + i].node;
        uint32_t other = same_frame(profile, stack, level, leaf);
        uint32_t common = other ? common_lines(profile, node, other) : 1;
        same = common < same ? common : same;
    }
    uint32_t line = same ? lines - same : lines - 1;
    while (line + 1 < lines && advise_is_library(profile, node, line))
        line++;
    return line;
}
