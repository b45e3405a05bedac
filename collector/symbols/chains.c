/* SPDX-License-Identifier: Apache-2.0 */
#include "collector/symbols/chains.h"
#include "collector/symbols/dwarf_units.h"

#include <stdlib.h>
#include <string.h>

#define STEPS_MAX (1u << 20) /* of all chains: a file can ask for any number */

/* `items` with room for `more`; NULL: no memory. */
static void *with_room(void *items, uint32_t count, uint32_t *capacity, uint32_t more, size_t bytes)
{
    if (more <= *capacity - count)
        return items;
    uint32_t larger = (count + more) * 2;
    void *moved = realloc(items, larger * bytes);
    if (moved)
        *capacity = larger;
    return moved;
}

/* Callers of one function have the same chains, one after the other. */
static bool is_last(const struct chains *chains, const struct tail_step *steps, uint32_t count)
{
    const struct chain *last = chains->count ? &chains->items[chains->count - 1] : NULL;
    return last && last->step_count == count &&
           memcmp(chains->steps + last->step_first, steps, count * sizeof(*steps)) == 0;
}

static void add(void *context, uint32_t caller, const struct tail_end *end,
                const struct tail_step *steps, uint32_t count)
{
    struct chains *chains = context;
    if (chains->step_count + count > STEPS_MAX || chains->count == STEPS_MAX || chains->no_memory)
        return;
    struct chain *items =
        with_room(chains->items, chains->count, &chains->capacity, 1, sizeof(*items));
    chains->items = items ? items : chains->items;
    struct chain chain = {caller, end->entry, end->symbol ? strdup(end->symbol) : NULL, 0, count};
    struct tail_step *moved =
        with_room(chains->steps, chains->step_count, &chains->step_capacity, count, sizeof(*moved));
    chains->steps = moved ? moved : chains->steps;
    if (!items || !moved || (end->symbol && !chain.symbol)) {
        free(chain.symbol);
        chains->no_memory = true;
        return;
    }
    if (is_last(chains, steps, count)) {
        chain.step_first = chains->items[chains->count - 1].step_first;
    } else {
        chain.step_first = chains->step_count;
        memcpy(chains->steps + chains->step_count, steps, count * sizeof(*steps));
        chains->step_count += count;
    }
    chains->items[chains->count++] = chain;
}

static int by_value(const void *left, const void *right)
{
    uint64_t a = *(const uint64_t *)left, b = *(const uint64_t *)right;
    return a < b ? -1 : a > b;
}

bool chains_find(struct chains *chains, struct tail_query *query)
{
    *chains = (struct chains){0};
    query->chain = add;
    query->chain_context = chains;
    if (!tail_calls_find(query) || chains->no_memory)
        return false;
    chains->places = malloc(((size_t)chains->step_count + 1) * sizeof(*chains->places));
    if (!chains->places)
        return false;
    for (uint32_t i = 0; i < chains->step_count; i++)
        chains->places[i] = chains->steps[i].place;
    qsort(chains->places, chains->step_count, sizeof(*chains->places), by_value);
    for (uint32_t i = 0; i < chains->step_count; i++)
        if (chains->place_count == 0 ||
            chains->places[i] != chains->places[chains->place_count - 1])
            chains->places[chains->place_count++] = chains->places[i];
    return true;
}

void chains_deinit(struct chains *chains)
{
    for (uint32_t i = 0; i < chains->count; i++)
        free(chains->items[i].symbol);
    free(chains->items);
    free(chains->steps);
    free(chains->places);
}

uint32_t chains_place(const struct chains *chains, const struct tail_step *step)
{
    return dwarf_units_lower_bound(chains->places, chains->place_count, step->place);
}
