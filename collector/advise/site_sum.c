/* SPDX-License-Identifier: Apache-2.0 */
#include "collector/advise/site_sum.h"
#include "collector/advise/static_root.h"

#include <stdlib.h>
#include <string.h>

static uint64_t larger(uint64_t first, uint64_t second)
{
    return first > second ? first : second;
}

/* Of stacks that are called by one activation of the owner each has seen some or all of its
 * activations; of other callers they are others. */
static void add_activations(struct advise_site *site, const struct site_part *parts, uint32_t count)
{
    for (uint32_t i = 0, end; i < count; i = end) {
        uint64_t seen = 0, alive = 0;
        for (end = i; end < count && parts[end].outer == parts[i].outer; end++) {
            const struct lifetime *life = &parts[end].stack->life;
            if (parts[end].level < LIFETIME_LEVELS)
                seen = larger(seen, lifetime_activations(life, parts[end].level));
            alive = lifetime_plus(alive, life->live_most);
            site->live_in_stack = larger(site->live_in_stack, life->live_most);
        }
        site->activations = lifetime_plus(site->activations, seen);
        site->live_in_one = larger(site->live_in_one, alive);
    }
}

static void add_lives(struct advise_site *site, const struct site_part *parts, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        const struct lifetime *life = &parts[i].stack->life;
        lifetime_add(&site->life, life);
        site->began = lifetime_plus(site->began, lifetime_began(life));
        site->ended = lifetime_plus(site->ended, lifetime_ended(life));
        if (parts[i].level < LIFETIME_LEVELS)
            site->inside = lifetime_plus(site->inside, lifetime_ended_inside(life, parts[i].level));
    }
}

/* --- sizes --- */

static int by_bytes(const void *first, const void *second)
{
    const struct lifetimes_size *a = first, *b = second;
    return (a->bytes > b->bytes) - (a->bytes < b->bytes);
}

/* The size that `share` of the objects do not exceed. */
static uint64_t size_at(const struct lifetimes_size *sizes, uint32_t count, double share)
{
    uint64_t all = 0, some = 0;
    for (uint32_t i = 0; i < count; i++)
        all = lifetime_plus(all, sizes[i].objects);
    for (uint32_t i = 0; i < count; i++) {
        some = lifetime_plus(some, sizes[i].objects);
        if (some > 0 && (double)some >= share * (double)all)
            return sizes[i].bytes;
    }
    return 0;
}

static bool add_sizes(struct advise_site *site, const struct lifetimes *lifetimes,
                      const struct site_part *parts, uint32_t count)
{
    size_t room = 1;
    uint32_t used = 0;
    for (uint32_t i = 0; i < count; i++)
        room += parts[i].stack->size_count;
    struct lifetimes_size *sizes = calloc(room, sizeof(*sizes));
    if (!sizes)
        return false;
    for (uint32_t i = 0; i < count; i++)
        for (uint32_t s = 0; s < parts[i].stack->size_count; s++)
            sizes[used++] = lifetimes->sizes[parts[i].stack->size_first + s];
    qsort(sizes, used, sizeof(*sizes), by_bytes);
    for (uint32_t i = 0; i < used && sizes[i].bytes <= ADVISE_SMALL; i++)
        site->small = lifetime_plus(site->small, sizes[i].objects);
    for (uint32_t i = 0, end; i < used; i = end) {
        uint64_t objects = 0;
        for (end = i; end < used && sizes[end].bytes == sizes[i].bytes; end++)
            objects = lifetime_plus(objects, sizes[end].objects);
        site->size_most = larger(site->size_most, objects);
    }
    if (site->size_most > site->life.allocated)
        site->size_most = site->life.allocated;
    uint64_t most = used ? sizes[used - 1].bytes : 0;
    site->size_max = site->life.size_max ? site->life.size_max : most;
    site->size_p50 = size_at(sizes, used, 0.5);
    site->size_p99 = size_at(sizes, used, 0.99);
    if (site->size_p50 > site->size_max) /* a size class is known by its upper end */
        site->size_p50 = site->size_max;
    if (site->size_p99 > site->size_max)
        site->size_p99 = site->size_max;
    free(sizes);
    return true;
}

/* --- where they were freed --- */

static bool is_same_place(const struct advise_place *a, const struct advise_place *b)
{
    return a->line == b->line && strcmp(a->function, b->function) == 0 &&
           strcmp(a->file, b->file) == 0;
}

/* Keeps the most frequent ones in order; a place that is pushed out loses its count. */
static void add_freed(struct advise_site *site, const struct advise_place *place, uint64_t count)
{
    unsigned at = 0;
    while (at < ADVISE_FREED_MOST && site->freed[at].count > 0 &&
           !is_same_place(&site->freed[at].place, place))
        at++;
    if (at == ADVISE_FREED_MOST && site->freed[--at].count >= count)
        return;
    if (!site->freed[at].count || !is_same_place(&site->freed[at].place, place))
        site->freed[at].count = 0;
    site->freed[at].place = *place;
    site->freed[at].count = lifetime_plus(site->freed[at].count, count);
    for (; at > 0 && site->freed[at].count > site->freed[at - 1].count; at--) {
        __typeof__(site->freed[0]) swapped = site->freed[at];
        site->freed[at] = site->freed[at - 1];
        site->freed[at - 1] = swapped;
    }
}

static bool add_frees(struct advise_site *site, const struct lifetimes *lifetimes,
                      const struct site_part *parts, uint32_t count, const bool *is_marked)
{
    struct profile_stack stack = {0};
    bool has_memory = true;
    for (uint32_t i = 0; i < count && has_memory; i++)
        for (uint32_t f = 0; f < parts[i].stack->free_count && has_memory; f++) {
            const struct lifetimes_free *freed = &lifetimes->frees[parts[i].stack->free_first + f];
            has_memory = profile_stack_read(&stack, lifetimes->profile, freed->node);
            if (!has_memory || stack.depth == 0)
                continue;
            struct advise_frame frame = advise_own_frame(lifetimes->profile, &stack, is_marked);
            struct advise_place place =
                advise_place_of(lifetimes->profile, stack.nodes[frame.level], frame.line);
            add_freed(site, &place, freed->count);
        }
    profile_stack_deinit(&stack);
    return has_memory;
}

/* Functions of the standard library that allocate to put what there is into a larger block. */
static bool grows(const char *function)
{
    static const char *const names[] = {
        "::_M_realloc_insert", "::_M_realloc_append", "::_M_range_insert", "::_M_fill_insert",
        "::_M_default_append", "::_M_mutate",         "::overflow"};
    const char *name = advise_unqualified(function);
    for (size_t i = 0; i < sizeof(names) / sizeof(*names) && strncmp(name, "std::", 5) == 0; i++)
        if (strstr(name, names[i]))
            return true;
    return false;
}

/* Whether one of them is between the allocator and the place. */
static bool is_growth(const struct profile *profile, const struct advise_site *site)
{
    uint32_t node = site->node;
    for (uint32_t level = 0; node != 0 && level <= site->frame.level; level++) {
        uint32_t lines = level < site->frame.level ? advise_lines(profile, node) : site->frame.line;
        for (uint32_t line = 0; line < lines; line++)
            if (grows(advise_place_of(profile, node, line).function))
                return true;
        node = profile->nodes.items[node].parent;
    }
    return false;
}

/* --- the whole --- */

bool site_sum(struct advise_site *site, const struct lifetimes *lifetimes,
              const struct site_part *parts, uint32_t count, const bool *is_marked)
{
    const struct profile *profile = lifetimes->profile;
    const struct site_part *most = &parts[0];
    for (uint32_t i = 1; i < count; i++)
        if (parts[i].stack->life.allocated > most->stack->life.allocated)
            most = &parts[i];
    *site = (struct advise_site){
        .stacks = count, .level = most->level, .node = most->stack->node, .frame = most->frame};
    site->is_growth = is_growth(profile, site);
    site->set_up_by = static_root_of(profile, site->node);
    uint32_t node = site->node;
    for (uint32_t i = 0; i < most->frame.level; i++)
        node = profile->nodes.items[node].parent;
    site->place = advise_place_of(profile, node, most->frame.line);
    if (most->level < LIFETIME_LEVELS) {
        site->owner = advise_place_of(profile, most->owner_node, most->owner_line);
        site->is_owner_by_frees = most->is_by_frees;
        site->is_owner_inlined = most->owner_line + 1 < advise_lines(profile, most->owner_node);
        site->is_owner_outermost = most->is_outermost && !site->is_owner_inlined;
    }
    add_lives(site, parts, count);
    site->recorded = site->life.allocated;
    if (lifetimes->interval_bytes == 1) {
        add_activations(site, parts, count);
    } else {
        site->life.live_max = site->life.live_most = 0;
        if (__builtin_mul_overflow(site->life.followed, lifetimes->windows, &site->recorded))
            site->recorded = UINT64_MAX;
    }
    return add_sizes(site, lifetimes, parts, count) &&
           add_frees(site, lifetimes, parts, count, is_marked);
}
