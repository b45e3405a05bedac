/* SPDX-License-Identifier: Apache-2.0 */
#include "collector/advise/advice_list.h"
#include "collector/advise/advice_merge.h"
#include "collector/advise/confidence.h"
#include "collector/advise/rules.h"

#include <stdlib.h>
#include <string.h>

/* In this order: what grows is freed inside of its owner as well, and what another thread frees
 * must reach neither of the rules behind. */
static bool (*const rules[])(const struct advise_site *site, struct advice *advice) = {
    advise_reserve, advise_crossed, advise_scoped, advise_leak, advise_kept, advise_pool,
};

/* Where the chains go on that begin at this site; NULL: not found. */
static struct advise_site *rest_of(const struct advise_sites *sites,
                                   const struct advise_site *first)
{
    struct advise_site *rest = NULL;
    for (uint32_t i = 0; i < sites->count; i++) {
        struct advise_site *other = &sites->items[i];
        bool is_near = strcmp(other->place.function, first->place.function) == 0 ||
                       (other->owner.function && first->owner.function &&
                        strcmp(other->owner.function, first->owner.function) == 0);
        if (other != first && is_near && other->life.realloc_in > 0 &&
            (!rest || other->life.realloc_in > rest->life.realloc_in))
            rest = other;
    }
    return rest;
}

static void try_rules(const struct advise_site *site, struct advice *advice)
{
    for (size_t i = 0; i < sizeof(rules) / sizeof(*rules) && advice->kind == ADVICE_NONE; i++)
        rules[i](site, advice);
}

/* The first links of chains need no advice where the rest of the chain is to be reserved or stays,
 * and are gone with it where that is to be local. */
static bool advise_first_link(const struct advise_sites *sites, struct advise_site *site,
                              struct advice *advice)
{
    struct advise_site *rest = rest_of(sites, site);
    struct advice of_rest = {.site = rest};
    if (!rest)
        return false;
    try_rules(rest, &of_rest);
    if (of_rest.kind != ADVICE_STACK)
        return of_rest.kind == ADVICE_RESERVE || of_rest.kind == ADVICE_KEPT ||
               of_rest.kind == ADVICE_LEAK;
    site->owner = rest->owner;
    advice->kind = ADVICE_STACK;
    advice->bytes = site->size_max;
    advice->saves_allocations = site->life.allocated;
    advice->saves_bytes = site->life.allocated_bytes;
    return true;
}

static void advise(const struct advise_sites *sites, struct advise_site *site,
                   struct advice *advice)
{
    *advice = (struct advice){.site = site};
    if (site->life.allocated == 0)
        return;
    if (!advise_is_first_link(site) || !advise_first_link(sites, site, advice))
        try_rules(site, advice);
    if (advice->kind == ADVICE_NONE)
        return;
    advice->disguise = disguise_of(sites->lifetimes->profile, site);
}

/* What leaks comes first, since whoever looks twice asks for that; then what saves most calls; of
 * those that save nothing, what is about most. */
static int by_savings(const void *first, const void *second)
{
    const struct advice *a = first, *b = second;
    if ((a->kind == ADVICE_LEAK) != (b->kind == ADVICE_LEAK))
        return a->kind == ADVICE_LEAK ? -1 : 1;
    if (a->kind == ADVICE_LEAK && a->site->growth.bytes != b->site->growth.bytes)
        return a->site->growth.bytes > b->site->growth.bytes ? -1 : 1;
    if (a->saves_allocations != b->saves_allocations)
        return a->saves_allocations > b->saves_allocations ? -1 : 1;
    if (a->site->life.allocated != b->site->life.allocated)
        return a->site->life.allocated > b->site->life.allocated ? -1 : 1;
    return (a->site->node > b->site->node) - (a->site->node < b->site->node);
}

static bool is_small(const struct advise_sites *sites, const struct advice *advice)
{
    if (advice->kind == ADVICE_LEAK)
        return (double)advice->site->growth.bytes < ADVICE_SHARE_LEAST * (double)sites->grown_bytes;
    uint64_t about =
        advice->saves_allocations ? advice->saves_allocations : advice->site->life.allocated;
    return (double)about < ADVICE_SHARE_LEAST * (double)sites->allocated;
}

/* Leaves one of those that say the same. */
static void merge_equal(struct advice_list *list)
{
    uint32_t left = 0;
    if (list->count > 0)
        qsort(list->items, list->count, sizeof(*list->items), advice_order);
    for (uint32_t i = 0; i < list->count; i++)
        if (left > 0 && advice_order(&list->items[left - 1], &list->items[i]) == 0)
            advice_merge(&list->items[left - 1], &list->items[i]);
        else
            list->items[left++] = list->items[i];
    list->count = left;
}

static void count(struct advice_list *list, const struct advise_sites *sites)
{
    for (uint32_t i = 0; i < list->count; i++) {
        struct advice *advice = &list->items[i];
        advice->confidence = advice_confidence(advice);
        advice->is_small = is_small(sites, advice);
        list->small += advice->is_small;
        if (advice->is_small)
            continue;
        list->changes += advice->saves_allocations > 0;
        list->saves_allocations = lifetime_plus(list->saves_allocations, advice->saves_allocations);
    }
}

bool advice_list_init(struct advice_list *list, struct advise_sites *sites)
{
    *list = (struct advice_list){0};
    list->items = calloc((size_t)sites->count + 1, sizeof(*list->items));
    if (!list->items)
        return false;
    for (uint32_t i = 0; i < sites->count; i++) {
        advise(sites, &sites->items[i], &list->items[list->count]);
        list->count += list->items[list->count].kind != ADVICE_NONE;
    }
    merge_equal(list);
    count(list, sites);
    if (list->count > 0)
        qsort(list->items, list->count, sizeof(*list->items), by_savings);
    return true;
}

void advice_list_deinit(struct advice_list *list)
{
    free(list->items);
    *list = (struct advice_list){0};
}
