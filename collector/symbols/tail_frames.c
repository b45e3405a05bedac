/* SPDX-License-Identifier: Apache-2.0
 *
 * Which lines a frame has depends on the frame that it called.  So a node of the tree becomes as
 * many nodes as there are chains from it to the nodes below: the tree is written anew, and a node
 * is made when the first of those below, or a sample, needs it.
 */
#include "collector/symbols/tail_frames.h"

#include <stdlib.h>
#include <string.h>

struct rewriting {
    struct profile *profile;
    const struct symbol_calls *calls;
    uint32_t *variants; /* by end: the location with its lines; 0: not made yet */
    uint32_t *parents;  /* by old node: the new node above it */
    uint32_t *made;     /* by old node: the last new node that stands for it; 0: none */
    PROFILE_POOL(struct profile_node) nodes;
    uint32_t *siblings; /* by new node: another one for the same old node; 0: none */
};

/* The location with the chain's lines before its own; UINT32_MAX: no memory. */
static uint32_t variant_of(struct rewriting *at, uint32_t location, const struct symbol_end *end)
{
    struct profile *profile = at->profile;
    uint32_t *known = &at->variants[end - at->calls->ends.items];
    if (*known != 0)
        return *known;
    struct profile_location variant = profile->locations.items[location];
    uint32_t own = variant.line_first, first = profile->lines.count;
    for (uint32_t i = 0; i < end->line_count + variant.line_count; i++) {
        struct profile_line line =
            profile->lines
                .items[i < end->line_count ? end->line_first + i : own + i - end->line_count];
        if (profile_add_line(profile, &line) == UINT32_MAX)
            return UINT32_MAX;
    }
    variant.line_first = first;
    variant.line_count += end->line_count;
    uint32_t added = profile_add_location(profile, &variant);
    if (added != UINT32_MAX)
        *known = added;
    return added;
}

/* The new node for an old one that calls `callee`; UINT32_MAX: no memory. */
static uint32_t node_for(struct rewriting *at, uint32_t node, uint32_t callee)
{
    if (node == 0)
        return 0;
    uint32_t location = at->profile->nodes.items[node].location;
    const struct symbol_end *end = symbol_calls_chain(at->calls, location, callee);
    if (end && (location = variant_of(at, location, end)) == UINT32_MAX)
        return UINT32_MAX;
    for (uint32_t i = at->made[node]; i != 0; i = at->siblings[i])
        if (at->nodes.items[i].location == location)
            return i;
    if (at->nodes.count == at->nodes.capacity) {
        uint32_t capacity = at->nodes.capacity + at->nodes.capacity / 2 + 16;
        struct profile_node *nodes = realloc(at->nodes.items, (size_t)capacity * sizeof(*nodes));
        at->nodes.items = nodes ? nodes : at->nodes.items;
        uint32_t *siblings = realloc(at->siblings, (size_t)capacity * sizeof(*siblings));
        at->siblings = siblings ? siblings : at->siblings;
        if (!nodes || !siblings)
            return UINT32_MAX;
        at->nodes.capacity = capacity;
    }
    uint32_t added = at->nodes.count++;
    at->nodes.items[added] = (struct profile_node){at->parents[node], location};
    at->siblings[added] = at->made[node];
    return at->made[node] = added;
}

static bool rewrite(struct rewriting *at)
{
    struct profile *profile = at->profile;
    for (uint32_t i = 1; i < profile->nodes.count; i++) {
        const struct profile_node *node = &profile->nodes.items[i];
        at->parents[i] = node_for(at, node->parent, node->location);
        if (at->parents[i] == UINT32_MAX)
            return false;
    }
    for (uint32_t i = 0; i < profile->samples.count; i++) {
        uint32_t leaf = node_for(at, profile->samples.items[i].node, 0);
        if (leaf == UINT32_MAX)
            return false;
        profile->samples.items[i].node = leaf;
    }
    profile_replace_nodes(profile, at->nodes.items, at->nodes.count, at->nodes.capacity);
    at->nodes.items = NULL;
    return true;
}

bool tail_frames_apply(struct profile *profile, const struct symbol_calls *calls)
{
    if (calls->ends.count == 0)
        return true;
    struct rewriting at = {.profile = profile, .calls = calls};
    size_t nodes = profile->nodes.count;
    at.variants = calloc(calls->ends.count, sizeof(*at.variants));
    at.parents = calloc(nodes, sizeof(*at.parents));
    at.made = calloc(nodes, sizeof(*at.made));
    at.nodes.capacity = profile->nodes.count + 16;
    at.nodes.items = calloc(at.nodes.capacity, sizeof(*at.nodes.items));
    at.siblings = calloc(at.nodes.capacity, sizeof(*at.siblings));
    at.nodes.count = 1;
    bool has_memory =
        at.variants && at.parents && at.made && at.nodes.items && at.siblings && rewrite(&at);
    free(at.variants);
    free(at.parents);
    free(at.made);
    free(at.nodes.items);
    free(at.siblings);
    return has_memory;
}
