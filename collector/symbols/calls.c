/* SPDX-License-Identifier: Apache-2.0 */
#include "collector/symbols/calls.h"
#include "collector/symbols/allocator_names.h"

#include <stdlib.h>
#include <string.h>

uint32_t symbol_calls_module(const struct symbol_calls *calls, uint32_t location)
{
    uint32_t mapping = calls->profile->locations.items[location].mapping;
    return mapping < calls->mapping_count ? calls->module_of[mapping] : 0;
}

/* --- pairs --- */

/* Room for one more in a pool whose record 0 is not used. */
static void *with_room(void *items, uint32_t *count, uint32_t *capacity, size_t bytes)
{
    if (*count == 0)
        *count = 1;
    if (*count < *capacity)
        return items;
    uint32_t larger = *capacity ? *capacity * 2 : 256;
    void *moved = realloc(items, larger * bytes);
    if (moved)
        *capacity = larger;
    return moved;
}

/* False: no memory. */
static bool add_pair(struct symbol_calls *calls, struct hash_index *known, uint32_t caller,
                     uint32_t callee)
{
    struct symbol_call *call = &calls->items[caller];
    if (symbol_calls_module(calls, caller) == 0 ||
        (callee != 0 && symbol_calls_module(calls, callee) == 0))
        return true;
    /* Most often it is the last one again. */
    if (call->pair_first != 0 && calls->pairs.items[call->pair_first].callee == callee)
        return true;
    if (!hash_reserve(known))
        return false;
    uint64_t hash = hash_pair(caller, callee);
    uint32_t slot = hash_first(known, hash), pair;
    for (; (pair = known->slots[slot].record); slot = hash_next(known, slot, hash))
        if (calls->pairs.items[pair].caller == caller && calls->pairs.items[pair].callee == callee)
            return true;
    struct symbol_pair *moved =
        with_room(calls->pairs.items, &calls->pairs.count, &calls->pairs.capacity, sizeof(*moved));
    if (!moved)
        return false;
    calls->pairs.items = moved;
    calls->pairs.items[calls->pairs.count] = (struct symbol_pair){caller, callee, call->pair_first};
    call->pair_first = calls->pairs.count;
    hash_set(known, slot, hash, calls->pairs.count++);
    return true;
}

bool symbol_calls_update(struct symbol_calls *calls, struct profile *profile,
                         const uint32_t *module_of, uint32_t mapping_count)
{
    struct hash_index known = {0};
    uint32_t count = profile->locations.count;
    struct symbol_call *moved = realloc(calls->items, ((size_t)count + 1) * sizeof(*moved));
    if (!moved)
        return false;
    calls->items = moved;
    for (uint32_t i = 0; i < count; i++) {
        if (i >= calls->count)
            calls->items[i] = (struct symbol_call){0};
        calls->items[i].pair_first = 0;
    }
    calls->profile = profile;
    calls->module_of = module_of;
    calls->mapping_count = mapping_count;
    calls->count = count;
    calls->pairs.count = 0;
    bool has_memory = true;
    for (uint32_t i = 1; i < profile->nodes.count && has_memory; i++) {
        const struct profile_node *node = &profile->nodes.items[i];
        if (node->parent != 0)
            has_memory = add_pair(calls, &known, profile->nodes.items[node->parent].location,
                                  node->location);
    }
    for (uint32_t i = 0; i < profile->samples.count && has_memory; i++) {
        uint32_t leaf = profile->samples.items[i].node;
        if (leaf != 0)
            has_memory = add_pair(calls, &known, profile->nodes.items[leaf].location, 0);
    }
    hash_deinit(&known);
    return has_memory;
}

void symbol_calls_deinit(struct symbol_calls *calls)
{
    free(calls->items);
    free(calls->pairs.items);
    free(calls->ends.items);
    *calls = (struct symbol_calls){0};
}

bool symbol_calls_wants_chains(const struct symbol_calls *calls, uint32_t location)
{
    const struct symbol_call *call = &calls->items[location];
    if (call->target == 0 || call->is_searched)
        return false;
    uint32_t module = symbol_calls_module(calls, location);
    for (uint32_t pair = call->pair_first; pair != 0; pair = calls->pairs.items[pair].next) {
        uint32_t callee = calls->pairs.items[pair].callee;
        const struct symbol_call *called = &calls->items[callee];
        if (callee == 0 || symbol_calls_module(calls, callee) != module || !called->is_known ||
            called->entry != call->target)
            return true;
    }
    return false;
}

/* --- chains --- */

bool symbol_calls_add_end(struct symbol_calls *calls, uint32_t location, struct symbol_end end)
{
    struct symbol_call *call = &calls->items[location];
    if (call->end_count == SYMBOL_ENDS_MAX)
        return true;
    struct symbol_end *moved =
        with_room(calls->ends.items, &calls->ends.count, &calls->ends.capacity, sizeof(*moved));
    if (!moved)
        return false;
    calls->ends.items = moved;
    end.next = call->end_first;
    calls->ends.items[calls->ends.count] = end;
    call->end_first = calls->ends.count++;
    call->end_count++;
    return true;
}

/* The symbol of the function around a location, if others can name it; 0: they cannot. */
static uint32_t global_symbol(const struct symbol_calls *calls, uint32_t location)
{
    const struct profile *profile = calls->profile;
    const struct profile_location *at = &profile->locations.items[location];
    if (!calls->items[location].is_global || at->line_count == 0)
        return 0;
    uint32_t function = profile->lines.items[at->line_first + at->line_count - 1].function;
    return profile->functions.items[function].system_name;
}

const struct symbol_end *symbol_calls_chain(const struct symbol_calls *calls, uint32_t caller,
                                            uint32_t callee)
{
    const struct symbol_call *call = &calls->items[caller];
    if (call->end_first == 0 || call->target == 0)
        return NULL;
    bool is_inside =
        callee != 0 && symbol_calls_module(calls, caller) == symbol_calls_module(calls, callee);
    uint64_t entry = is_inside ? calls->items[callee].entry : 0;
    uint32_t symbol = callee != 0 ? global_symbol(calls, callee) : 0;
    bool is_allocator =
        callee == 0 || (symbol != 0 && allocator_takes(profile_string(calls->profile, symbol)));
    if (entry == call->target)
        return NULL;
    for (uint32_t i = call->end_first; i != 0; i = calls->ends.items[i].next) {
        const struct symbol_end *end = &calls->ends.items[i];
        bool is_it = end->entry != 0    ? end->entry == entry
                     : end->symbol != 0 ? end->symbol == symbol
                                        : is_allocator;
        if (is_it)
            return end;
    }
    return NULL;
}
