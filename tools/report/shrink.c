/* SPDX-License-Identifier: Apache-2.0
 *
 * A node's share is the largest of its shares of any value in any view.  No node has a larger one
 * than its parent, whose index is smaller: so the nodes with the largest shares, of equal ones the
 * first, are a tree.
 */
#include "tools/report/shrink.h"

#include <math.h>
#include <stdlib.h>

/* Adds the sum of |value| of one value in one view, below each node and in all, to its share. */
static bool note_shares(const struct report_tree *tree, uint32_t view, uint32_t type, float *shares)
{
    double *sums = calloc(tree->nodes.count, sizeof *sums);
    if (!sums)
        return false;
    for (uint32_t i = 1; i < tree->sites.count; i++)
        sums[tree->sites.items[i].first] += fabs((double)report_tree_values(tree, i, view)[type]);
    for (uint32_t i = tree->nodes.count; i-- > 1;)
        sums[tree->nodes.items[i].first] += sums[i];
    for (uint32_t i = 1; i < tree->nodes.count && sums[0] > 0; i++)
        if (shares[i] < (float)(sums[i] / sums[0]))
            shares[i] = (float)(sums[i] / sums[0]);
    free(sums);
    return true;
}

static int compare_shares(const void *left, const void *right)
{
    float a = *(const float *)left, b = *(const float *)right;
    return (a < b) - (a > b);
}

/* The share that the last one of `most` has, and in *equal how many of those that have just that
 * stay. */
static bool find_least(const float *shares, uint32_t count, uint32_t most, float *least,
                       uint32_t *equal)
{
    float *sorted = malloc((size_t)count * sizeof *sorted);
    if (!sorted)
        return false;
    for (uint32_t i = 0; i < count; i++)
        sorted[i] = shares[i];
    qsort(sorted, count, sizeof *sorted, compare_shares);
    *least = sorted[most - 1];
    *equal = 0;
    for (uint32_t i = most; i-- > 0 && sorted[i] == *least;)
        ++*equal;
    free(sorted);
    return true;
}

/* Where a node goes: to itself, or to what stands for the small ones below `parent`. */
static uint32_t place_node(struct report_tree *tree, struct pairs *nodes, uint32_t parent,
                           uint32_t frame, bool is_kept)
{
    bool is_folded = parent && nodes->items[parent].second == tree->folded_frame;
    if (is_folded)
        return parent;
    return pairs_intern(nodes, parent, is_kept ? frame : tree->folded_frame);
}

static bool note_folded(struct report_tree *tree, uint32_t node, uint32_t capacity)
{
    if (node >= tree->folded.capacity) {
        uint32_t *moved = realloc(tree->folded.items, (size_t)capacity * sizeof *moved);
        if (!moved)
            return false;
        for (uint32_t i = tree->folded.capacity; i < capacity; i++)
            moved[i] = 0;
        tree->folded.items = moved;
        tree->folded.capacity = capacity;
    }
    tree->folded.items[node]++;
    if (tree->folded.count <= node)
        tree->folded.count = node + 1;
    return true;
}

/* The nodes of the smaller tree, and in `place` which of them each node becomes. */
static bool choose_nodes(struct report_tree *tree, const float *shares, uint32_t most,
                         struct pairs *nodes, uint32_t *place, uint32_t *folded)
{
    float least;
    uint32_t equal;
    if (!find_least(shares + 1, tree->nodes.count - 1, most, &least, &equal))
        return false;
    place[0] = 0;
    for (uint32_t i = 1; i < tree->nodes.count; i++) {
        const struct pair *node = &tree->nodes.items[i];
        bool is_kept = shares[i] > least || (shares[i] == least && equal > 0);
        if (is_kept && shares[i] == least)
            equal--;
        place[i] = place_node(tree, nodes, place[node->first], node->second, is_kept);
        if (place[i] == PAIRS_FULL)
            return false;
        if (is_kept)
            continue;
        ++*folded;
        if (!note_folded(tree, place[i], nodes->capacity))
            return false;
    }
    return true;
}

/* Sites that meet are added up. */
static bool move_sites(struct report_tree *tree, const uint32_t *place)
{
    struct report_tree moved = *tree;
    moved.sites = (struct pairs){.items = NULL};
    moved.values.items = NULL;
    moved.values.count = moved.values.capacity = 0;
    size_t stride = (size_t)tree->views * tree->types;
    bool has_memory = true;
    for (uint32_t i = 1; i < tree->sites.count && has_memory; i++) {
        const struct pair *site = &tree->sites.items[i];
        uint32_t to = pairs_intern(&moved.sites, place[site->first], site->second);
        has_memory = to != PAIRS_FULL && report_tree_reach_values(&moved);
        for (size_t j = 0; j < stride && has_memory; j++)
            report_tree_values(&moved, to, 0)[j] += report_tree_values(tree, i, 0)[j];
    }
    if (!has_memory) {
        pairs_deinit(&moved.sites);
        free(moved.values.items);
        return false;
    }
    pairs_deinit(&tree->sites);
    free(tree->values.items);
    *tree = moved;
    return true;
}

static uint32_t make_folded_frame(struct report_tree *tree)
{
    uint32_t name = profile_intern_string(tree->names, SHRINK_FRAME);
    uint32_t function = name == UINT32_MAX ? PAIRS_FULL : pairs_intern(&tree->functions, name, 0);
    uint32_t place = pairs_intern(&tree->places, 0, 0);
    if (function == PAIRS_FULL || place == PAIRS_FULL)
        return PAIRS_FULL;
    return pairs_intern(&tree->frames, function, place);
}

bool report_tree_shrink(struct report_tree *tree, uint32_t most, uint32_t *folded)
{
    *folded = 0;
    if (pairs_known(&tree->nodes) <= most)
        return true;
    struct pairs nodes = {.items = NULL};
    float *shares = calloc(tree->nodes.count, sizeof *shares);
    uint32_t *place = malloc((size_t)tree->nodes.count * sizeof *place);
    tree->folded_frame = make_folded_frame(tree);
    bool has_memory = shares && place && tree->folded_frame != PAIRS_FULL;
    for (uint32_t view = 0; view < tree->views && has_memory; view++)
        for (uint32_t type = 0; type < tree->types && has_memory; type++)
            has_memory = note_shares(tree, view, type, shares);
    has_memory = has_memory && choose_nodes(tree, shares, most, &nodes, place, folded) &&
                 move_sites(tree, place);
    if (has_memory) {
        pairs_deinit(&tree->nodes);
        tree->nodes = nodes;
    } else {
        pairs_deinit(&nodes);
    }
    free(shares);
    free(place);
    return has_memory;
}
