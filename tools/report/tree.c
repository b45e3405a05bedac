/* SPDX-License-Identifier: Apache-2.0
 *
 * A stack becomes a path from its outermost frame; an inlined call is a frame like any other.
 */
#include "tools/report/tree.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "collector/base/budget.h"
#include "collector/base/path.h"
#include "collector/profile/canonical.h"
#include "collector/profile/label.h"
#include "collector/profile/pseudo.h"

/* One profile on its way into the tree; everything by the profile's indexes. */
struct adding {
    struct report_tree *tree;
    const struct profile *profile;
    struct pairs functions;   /* function and mapping that were met ... */
    uint32_t *function_known; /* ... and what they are in the tree */
    uint32_t function_capacity;
    uint32_t *frame_of_line; /* 0: not met yet */
    uint32_t *node_of_node;
    bool is_other_build;
};

bool report_tree_init(struct report_tree *tree, uint32_t views, uint32_t types, bool matches_builds)
{
    *tree = (struct report_tree){.views = views, .types = types};
    tree->names = profile_create();
    if (matches_builds)
        tree->canonical = profile_create();
    return tree->names && (tree->canonical || !matches_builds);
}

void report_tree_deinit(struct report_tree *tree)
{
    profile_destroy(tree->names);
    profile_destroy(tree->canonical);
    pairs_deinit(&tree->functions);
    pairs_deinit(&tree->places);
    pairs_deinit(&tree->frames);
    pairs_deinit(&tree->nodes);
    pairs_deinit(&tree->classes);
    pairs_deinit(&tree->sites);
    pairs_deinit(&tree->canonical_functions);
    free(tree->values.items);
    free(tree->first_of.items);
    free(tree->folded.items);
}

/* ---- functions ---- */

/* The function of another build: the first one with the same canonical name in a module of the
 * same canonical name, or itself. */
static uint32_t find_canonical(struct report_tree *tree, const char *name, const char *module,
                               uint32_t own)
{
    size_t capacity = strlen(name) + sizeof(CANONICAL_NO_SYMBOL) + 1;
    char *plain_name = malloc(capacity), *plain_module = strdup(module);
    uint32_t found = PAIRS_FULL;
    if (plain_name && plain_module) {
        strcpy(plain_name, name);
        if (!canonical_nameless(plain_name, capacity))
            canonical_function(plain_name, false);
        canonical_module(plain_module);
        uint32_t first = profile_intern_string(tree->canonical, plain_name);
        uint32_t second = profile_intern_string(tree->canonical, plain_module);
        if (first != UINT32_MAX && second != UINT32_MAX)
            found = pairs_intern(&tree->canonical_functions, first, second);
    }
    free(plain_name);
    free(plain_module);
    if (found == PAIRS_FULL)
        return found;
    if (found >= tree->first_of.capacity) {
        uint32_t wanted = tree->canonical_functions.capacity;
        uint32_t *moved = realloc(tree->first_of.items, wanted * sizeof *moved);
        if (!moved)
            return PAIRS_FULL;
        memset(moved + tree->first_of.capacity, 0,
               (wanted - tree->first_of.capacity) * sizeof *moved);
        tree->first_of.items = moved;
        tree->first_of.capacity = wanted;
    }
    if (tree->first_of.items[found] == 0)
        tree->first_of.items[found] = own;
    return tree->first_of.items[found];
}

static uint32_t intern_function(struct adding *adding, const char *name, const char *module)
{
    struct report_tree *tree = adding->tree;
    uint32_t name_string = profile_intern_string(tree->names, name);
    uint32_t module_string = profile_intern_string(tree->names, module);
    if (name_string == UINT32_MAX || module_string == UINT32_MAX)
        return PAIRS_FULL;
    uint32_t known = pairs_known(&tree->functions);
    uint32_t function = pairs_intern(&tree->functions, name_string, module_string);
    if (!tree->canonical || function == PAIRS_FULL)
        return function;
    /* One that the first build has under just this name is that one. */
    if (adding->is_other_build && function <= known)
        return function;
    uint32_t first = find_canonical(tree, name, module, function);
    return adding->is_other_build || first == PAIRS_FULL ? first : function;
}

static uint32_t function_of(struct adding *adding, uint32_t function, uint32_t mapping)
{
    const struct profile *profile = adding->profile;
    uint32_t met = pairs_intern(&adding->functions, function, mapping);
    if (met == PAIRS_FULL)
        return met;
    if (met >= adding->function_capacity) {
        uint32_t wanted = adding->functions.capacity;
        uint32_t *moved = realloc(adding->function_known, wanted * sizeof *moved);
        if (!moved)
            return PAIRS_FULL;
        memset(moved + adding->function_capacity, 0,
               (wanted - adding->function_capacity) * sizeof *moved);
        adding->function_known = moved;
        adding->function_capacity = wanted;
    }
    if (adding->function_known[met])
        return adding->function_known[met];
    const char *module = profile_string(profile, profile->mappings.items[mapping].file);
    const char *name = profile_string(profile, profile->functions.items[function].name);
    char *made = NULL;
    if (!*name && *module && asprintf(&made, "[%s]", path_base(module)) < 0)
        return PAIRS_FULL;
    if (!*name)
        name = made ? made : profile_pseudo_name(PROFILE_UNKNOWN);
    uint32_t own = intern_function(adding, name, module);
    free(made);
    if (own != PAIRS_FULL)
        adding->function_known[met] = own;
    return own;
}

/* ---- frames and nodes ---- */

static uint32_t make_frame(struct adding *adding, uint32_t mapping, uint32_t function, int32_t line)
{
    struct report_tree *tree = adding->tree;
    const struct profile *profile = adding->profile;
    const char *file = profile_string(profile, profile->functions.items[function].file);
    uint32_t own = function_of(adding, function, mapping);
    uint32_t file_string = profile_intern_string(tree->names, file);
    if (own == PAIRS_FULL || file_string == UINT32_MAX)
        return PAIRS_FULL;
    uint32_t place = pairs_intern(&tree->places, file_string, line > 0 ? (uint32_t)line : 0);
    return place == PAIRS_FULL ? place : pairs_intern(&tree->frames, own, place);
}

/* Below `node`, the lines of a location from the outermost of its inlined calls. */
static uint32_t add_location(struct adding *adding, uint32_t node, uint32_t index)
{
    const struct profile_location *location = &adding->profile->locations.items[index];
    if (location->line_count == 0) {
        uint32_t frame = make_frame(adding, location->mapping, 0, 0);
        return frame == PAIRS_FULL ? frame : pairs_intern(&adding->tree->nodes, node, frame);
    }
    for (uint32_t i = location->line_count; i-- > 0 && node != PAIRS_FULL;) {
        uint32_t at = location->line_first + i, *frame = &adding->frame_of_line[at];
        const struct profile_line *line = &adding->profile->lines.items[at];
        if (*frame == 0)
            *frame = make_frame(adding, location->mapping, line->function, line->line);
        if (*frame == PAIRS_FULL)
            return PAIRS_FULL;
        node = pairs_intern(&adding->tree->nodes, node, *frame);
    }
    return node;
}

static bool add_nodes(struct adding *adding)
{
    const struct profile *profile = adding->profile;
    for (uint32_t i = 1; i < profile->nodes.count; i++) {
        const struct profile_node *node = &profile->nodes.items[i];
        uint32_t added = add_location(adding, adding->node_of_node[node->parent], node->location);
        if (added == PAIRS_FULL || (i % 4096 == 0 && budget_is_over()))
            return false;
        adding->node_of_node[i] = added;
    }
    return true;
}

/* ---- sites ---- */

bool report_tree_reach_values(struct report_tree *tree)
{
    size_t stride = (size_t)tree->views * tree->types;
    size_t needed = (size_t)tree->sites.count * stride;
    if (needed > UINT32_MAX)
        return false;
    if (needed > tree->values.capacity) {
        size_t wanted = (size_t)tree->sites.capacity * stride;
        if (wanted > UINT32_MAX)
            wanted = needed;
        int64_t *moved = realloc(tree->values.items, wanted * sizeof *moved);
        if (!moved)
            return false;
        memset(moved + tree->values.capacity, 0, (wanted - tree->values.capacity) * sizeof *moved);
        tree->values.items = moved;
        tree->values.capacity = (uint32_t)wanted;
    }
    tree->values.count = (uint32_t)needed;
    return true;
}

static bool add_sample(struct adding *adding, uint32_t index, uint32_t view, const int *type_of)
{
    struct report_tree *tree = adding->tree;
    const struct profile *profile = adding->profile;
    const struct profile_sample *sample = &profile->samples.items[index];
    int64_t bytes = profile_sample_bytes(profile, sample);
    uint32_t class = bytes < 0 ? 0
                               : pairs_intern(&tree->classes, (uint32_t)((uint64_t)bytes >> 32),
                                              (uint32_t)bytes);
    if (class == PAIRS_FULL)
        return false;
    uint32_t site = pairs_intern(&tree->sites, adding->node_of_node[sample->node], class);
    if (site == PAIRS_FULL || !report_tree_reach_values(tree))
        return false;
    int64_t *to = report_tree_values(tree, site, view);
    const int64_t *from = profile->values.items + (size_t)index * profile->types.count;
    for (uint32_t i = 0; i < tree->types; i++)
        if (type_of[i] >= 0) /* a forged sum wraps, as a profile's total does */
            to[i] = (int64_t)((uint64_t)to[i] + (uint64_t)from[type_of[i]]);
    return true;
}

bool report_tree_add(struct report_tree *tree, const struct profile *profile, uint32_t view,
                     const int *type_of, bool is_other_build)
{
    struct adding adding = {.tree = tree, .profile = profile, .is_other_build = is_other_build};
    adding.frame_of_line = calloc((size_t)profile->lines.count + 1, sizeof *adding.frame_of_line);
    adding.node_of_node = calloc((size_t)profile->nodes.count + 1, sizeof *adding.node_of_node);
    bool has_memory = adding.frame_of_line && adding.node_of_node && add_nodes(&adding);
    for (uint32_t i = 0; i < profile->samples.count && has_memory; i++)
        has_memory = add_sample(&adding, i, view, type_of) && (i % 4096 != 0 || !budget_is_over());
    free(adding.frame_of_line);
    free(adding.node_of_node);
    free(adding.function_known);
    pairs_deinit(&adding.functions);
    return has_memory;
}
