/* SPDX-License-Identifier: Apache-2.0 */
#include "collector/profile/call_tree.h"

#include <stdlib.h>

uint32_t call_tree_child(const struct call_tree *at, uint32_t parent, uint32_t function)
{
    if (at->known.capacity == 0)
        return 0;
    uint64_t hash = hash_pair(parent, function);
    uint32_t slot = hash_first(&at->known, hash), record;
    for (; (record = at->known.slots[slot].record); slot = hash_next(&at->known, slot, hash)) {
        const struct call_node *node = &at->nodes.items[record];
        if (node->parent == parent && node->function == function && node->target == record)
            return record;
    }
    return 0;
}

/* Puts a node below a parent that has no child of that function. */
bool call_tree_attach(struct call_tree *at, uint32_t index, uint32_t parent)
{
    struct call_node *node = &at->nodes.items[index];
    if (!hash_reserve(&at->known))
        return false;
    uint64_t hash = hash_pair(parent, node->function);
    uint32_t slot = hash_first(&at->known, hash);
    while (at->known.slots[slot].record)
        slot = hash_next(&at->known, slot, hash);
    hash_set(&at->known, slot, hash, index);
    node->parent = parent;
    node->next = at->nodes.items[parent].child;
    at->nodes.items[parent].child = index;
    return true;
}

static uint32_t child_of(struct call_tree *at, uint32_t parent, uint32_t function)
{
    uint32_t index = call_tree_child(at, parent, function);
    if (index)
        return index;
    if (!SITE_TABLE_GROW(&at->nodes))
        return UINT32_MAX;
    index = at->nodes.count++;
    at->nodes.items[index] =
        (struct call_node){.function = function, .first_parent = parent, .target = index};
    return call_tree_attach(at, index, parent) ? index : UINT32_MAX;
}

static void add_site(struct call_tree *at, uint32_t site, uint32_t index)
{
    struct call_node *nodes = at->nodes.items;
    uint8_t sides = 0;
    for (uint32_t run = 0; run < at->table->runs.count; run++) {
        int side = run >= at->options->base_runs;
        double objects = site_table_values(at->table, site, run)->values[PROFILE_ALLOC_OBJECTS];
        nodes[index].own[side] += objects / at->run_counts[side];
        sides |= (uint8_t)((objects != 0) << side);
    }
    change_add_site(&nodes[index].change, at->table, at->options->base_runs, site);
    for (uint32_t i = index; i; i = nodes[i].parent)
        at->sides_of_function[nodes[i].function] |= sides;
}

bool call_tree_build(struct call_tree *at, uint32_t **places)
{
    const struct site_table *table = at->table;
    uint32_t paths = table->names->nodes.count;
    uint32_t *node_of = calloc((size_t)paths + 1, sizeof(*node_of));
    *places = calloc((size_t)table->site_paths.count + 1, sizeof(**places));
    at->run_counts[0] = at->options->base_runs;
    at->run_counts[1] = table->runs.count - at->options->base_runs;
    at->sides_of_function = calloc((size_t)table->functions.count + 1, 1);
    bool has_memory = node_of && *places && at->sides_of_function && SITE_TABLE_GROW(&at->nodes);
    if (has_memory)
        at->nodes.items[at->nodes.count++] = (struct call_node){.function = 0};
    for (uint32_t path = 1; path < paths && has_memory; path++) {
        uint32_t parent = node_of[site_table_parent(table, path)];
        uint32_t function = site_table_function(table, path);
        node_of[path] = at->options->is_left_out[function]
                            ? parent
                            : child_of(at, parent, at->options->name[function]);
        has_memory = node_of[path] != UINT32_MAX;
    }
    for (uint32_t site = 1; site < table->site_paths.count && has_memory; site++) {
        (*places)[site] = node_of[table->site_paths.items[site]];
        add_site(at, site, (*places)[site]);
    }
    for (uint32_t i = at->nodes.count; i-- > 0 && has_memory;) { /* children come after parents */
        struct call_node *node = &at->nodes.items[i], *parent = &at->nodes.items[node->parent];
        for (int side = 0; side < 2; side++) {
            node->all[side] += node->own[side];
            if (i > 0)
                parent->all[side] += node->all[side];
        }
    }
    free(node_of);
    return has_memory;
}

uint32_t call_tree_standing(const struct call_tree *at, uint32_t index)
{
    while (at->nodes.items[index].target != index)
        index = at->nodes.items[index].target;
    return index;
}

void call_tree_deinit(struct call_tree *at)
{
    free(at->nodes.items);
    free(at->sides_of_function);
    hash_deinit(&at->known);
}
