/* SPDX-License-Identifier: Apache-2.0 */
#include "collector/advise/advice_list.h"
#include "collector/advise/confidence.h"
#include "collector/advise/rules.h"

#include <stdlib.h>
#include <string.h>

/* In this order: what grows is freed inside of its owner as well, and what another thread frees
 * must reach neither of the rules behind. */
static bool (*const rules[])(const struct advise_site *site, struct advice *advice) = {
    advise_reserve, advise_crossed, advise_scoped, advise_kept, advise_pool,
};

/* The first links of chains need no advice where the rest of the chain has one. */
static bool joins_reserve(const struct advise_sites *sites, const struct advise_site *site)
{
    for (uint32_t i = 0; i < sites->count; i++) {
        const struct advise_site *other = &sites->items[i];
        struct advice advice = {0};
        bool is_near = (other->owner.function && site->owner.function &&
                        strcmp(other->owner.function, site->owner.function) == 0) ||
                       strcmp(other->place.function, site->place.function) == 0;
        if (other != site && is_near && advise_reserve(other, &advice))
            return true;
    }
    return false;
}

static void advise(const struct advise_sites *sites, const struct advise_site *site,
                   struct advice *advice)
{
    *advice = (struct advice){.site = site};
    for (size_t i = 0; i < sizeof(rules) / sizeof(*rules) && advice->kind == ADVICE_NONE; i++) {
        if (i == 1 && advise_is_first_link(site) && joins_reserve(sites, site))
            return;
        rules[i](site, advice);
    }
    if (advice->kind == ADVICE_NONE)
        return;
    advice->disguise = disguise_of(sites->lifetimes->profile, site);
    advice->confidence = advice_confidence(advice);
}

/* What saves most calls first; of those that save nothing, what is about most. */
static int by_savings(const void *first, const void *second)
{
    const struct advice *a = first, *b = second;
    if (a->saves_allocations != b->saves_allocations)
        return a->saves_allocations > b->saves_allocations ? -1 : 1;
    if (a->site->life.allocated != b->site->life.allocated)
        return a->site->life.allocated > b->site->life.allocated ? -1 : 1;
    return (a->site->node > b->site->node) - (a->site->node < b->site->node);
}

static bool is_small(const struct advise_sites *sites, const struct advice *advice)
{
    uint64_t about =
        advice->saves_allocations ? advice->saves_allocations : advice->site->life.allocated;
    return (double)about < ADVICE_SHARE_LEAST * (double)sites->allocated;
}

bool advice_list_init(struct advice_list *list, const struct advise_sites *sites)
{
    *list = (struct advice_list){0};
    list->items = calloc((size_t)sites->count + 1, sizeof(*list->items));
    if (!list->items)
        return false;
    for (uint32_t i = 0; i < sites->count; i++) {
        struct advice *advice = &list->items[list->count];
        advise(sites, &sites->items[i], advice);
        if (advice->kind == ADVICE_NONE)
            continue;
        list->count++;
        advice->is_small = is_small(sites, advice);
        list->small += advice->is_small;
        if (advice->is_small)
            continue;
        list->changes += advice->saves_allocations > 0;
        list->saves_allocations = lifetime_plus(list->saves_allocations, advice->saves_allocations);
    }
    qsort(list->items, list->count, sizeof(*list->items), by_savings);
    return true;
}

void advice_list_deinit(struct advice_list *list)
{
    free(list->items);
    *list = (struct advice_list){0};
}
