/* SPDX-License-Identifier: Apache-2.0
 *
 * Nodes are written in the order of a walk: then a parent is mostly the one before, and sites that
 * are near each other have numbers that are.
 */
#include "tools/report/data.h"

#include <stdlib.h>
#include <string.h>

#include "collector/advise/disguise.h"
#include "collector/profile/canonical.h"
#include "tools/diff/ownership.h"
#include "tools/report/order.h"

struct writing {
    struct pack *pack;
    struct report_tree *tree;
    uint32_t *place; /* by node: its number in the order of the walk */
    uint32_t *order; /* the nodes in that order */
    struct report_order by_name;
    struct pairs paths; /* modules: a string, and 0 */
};

/* ---- the order of the walk ---- */

static bool walk(struct writing *writing)
{
    const struct pairs *nodes = &writing->tree->nodes;
    uint32_t count = nodes->count ? nodes->count : 1;
    uint32_t *child = calloc(count, sizeof *child), *next = calloc(count, sizeof *next);
    writing->place = calloc(count, sizeof *writing->place);
    writing->order = calloc(count, sizeof *writing->order);
    bool has_memory = child && next && writing->place && writing->order;
    for (uint32_t i = count; i-- > 1 && has_memory;) {
        next[i] = child[nodes->items[i].first];
        child[nodes->items[i].first] = i;
    }
    uint32_t placed = 1;
    for (uint32_t at = has_memory ? child[0] : 0; at;) {
        writing->place[at] = placed;
        writing->order[placed++] = at;
        uint32_t further = child[at];
        while (!further && at) {
            further = next[at];
            at = nodes->items[at].first;
        }
        at = further;
    }
    free(child);
    free(next);
    return has_memory;
}

/* ---- names ---- */

/* The number that a string of the tree has in the file. */
static uint32_t string_at(const struct writing *writing, uint32_t string)
{
    return writing->by_name.strings.rank[string];
}

/* What a text has in common with the one before it is not written again. */
static void put_strings(const struct writing *writing)
{
    const struct ranking *strings = &writing->by_name.strings;
    const struct profile *names = writing->tree->names;
    pack_number(writing->pack, strings->count);
    for (int column = 0; column < 2; column++) {
        const char *last = "";
        for (uint32_t i = 0; i < strings->count; i++) {
            const char *text = profile_string(names, strings->sorted[i]);
            size_t same = 0;
            while (text[same] && text[same] == last[same])
                same++;
            if (column)
                pack_text(writing->pack, text + same);
            else
                pack_number(writing->pack, same);
            last = text;
        }
    }
}

static bool put_modules(struct writing *writing, const struct report_views *views)
{
    const struct report_tree *tree = writing->tree;
    struct ownership ownership = {.pattern = NULL};
    bool has_memory = true;
    for (uint32_t i = 1; i < tree->functions.count && has_memory; i++)
        if (tree->functions.items[i].second)
            has_memory =
                pairs_intern(&writing->paths, tree->functions.items[i].second, 0) != PAIRS_FULL;
    for (uint32_t i = 0; i < views->items.count && has_memory; i++)
        has_memory = ownership_note(&ownership, views->items.items[i].profile);
    pack_number(writing->pack, pairs_known(&writing->paths));
    for (uint32_t i = 1; i < writing->paths.count; i++)
        pack_number(writing->pack, string_at(writing, writing->paths.items[i].first));
    for (uint32_t i = 1; i < writing->paths.count && has_memory; i++) {
        char *name = strdup(profile_string(tree->names, writing->paths.items[i].first));
        has_memory = name != NULL;
        if (name)
            canonical_module(name);
        enum code code = name ? ownership_code(&ownership, name) : CODE_OTHER;
        pack_number(writing->pack, code == CODE_OWN ? 0 : code == CODE_SYSTEM ? 2 : 1);
        free(name);
    }
    ownership_deinit(&ownership);
    return has_memory;
}

static void put_functions(struct writing *writing)
{
    const struct pairs *functions = &writing->tree->functions;
    const struct ranking *by_name = &writing->by_name.functions;
    uint32_t last = 0;
    pack_number(writing->pack, pairs_known(functions));
    for (uint32_t i = 1; i < by_name->count; i++) {
        uint32_t name = string_at(writing, functions->items[by_name->sorted[i]].first);
        pack_number(writing->pack, name - last);
        last = name;
    }
    for (uint32_t i = 1; i < by_name->count; i++) {
        uint32_t module = functions->items[by_name->sorted[i]].second;
        pack_number(writing->pack, module ? pairs_intern(&writing->paths, module, 0) : 0);
    }
    for (uint32_t i = 1; i < by_name->count; i++)
        pack_number(writing->pack,
                    disguise_number(profile_string(writing->tree->names,
                                                   functions->items[by_name->sorted[i]].first)) +
                        1);
}

static void put_frames(const struct writing *writing)
{
    const struct pairs *frames = &writing->tree->frames, *places = &writing->tree->places;
    const struct ranking *by_name = &writing->by_name.frames;
    pack_number(writing->pack, pairs_known(frames));
    for (int column = 0; column < 3; column++) {
        struct pair last_place = {0, 0}; /* its file as it is numbered in the report */
        uint32_t last = 1;
        for (uint32_t i = 1; i < by_name->count; i++) {
            const struct pair *frame = &frames->items[by_name->sorted[i]];
            const struct pair *place = &places->items[frame->second];
            uint32_t function = writing->by_name.functions.rank[frame->first];
            uint32_t file = string_at(writing, place->first);
            bool is_same = function == last && file == last_place.first && i > 1;
            if (column == 0)
                pack_number(writing->pack, function - last);
            else if (column == 1)
                pack_signed(writing->pack, (int64_t)file - last_place.first);
            else
                pack_number(writing->pack, place->second - (is_same ? last_place.second : 0));
            last = function;
            last_place = (struct pair){file, place->second};
        }
    }
}

/* ---- the tree ---- */

/* The frames of nodes: which of the callees of the caller's frame so far, or another one, which
 * then follows in a column of its own.  What a function calls is mostly the same everywhere. */
static bool put_callees(const struct writing *writing)
{
    const struct report_tree *tree = writing->tree;
    struct pairs calls = {.items = NULL};
    struct pack fresh = {.bytes = NULL};
    uint32_t *known = calloc((size_t)tree->frames.count + 1, sizeof *known); /* by frame */
    uint32_t *rank = calloc((size_t)tree->nodes.count + 1, sizeof *rank);    /* by call */
    uint32_t fresh_count = 0;
    bool has_memory = known && rank;
    for (uint32_t i = 1; i < tree->nodes.count && has_memory; i++) {
        const struct pair *node = &tree->nodes.items[writing->order[i]];
        uint32_t caller = node->first ? tree->nodes.items[node->first].second : 0;
        uint32_t before = pairs_known(&calls);
        uint32_t call = pairs_intern(&calls, caller, node->second);
        has_memory = call != PAIRS_FULL;
        if (has_memory && call > before) {
            rank[call] = ++known[caller];
            pack_number(&fresh, writing->by_name.frames.rank[node->second] - 1);
            fresh_count++;
            pack_number(writing->pack, 0);
        } else if (has_memory) {
            pack_number(writing->pack, rank[call]);
        }
    }
    pack_number(writing->pack, fresh_count);
    pack_bytes(writing->pack, fresh.bytes, fresh.count);
    has_memory = has_memory && !fresh.has_failed;
    pairs_deinit(&calls);
    pack_deinit(&fresh);
    free(known);
    free(rank);
    return has_memory;
}

static bool put_nodes(const struct writing *writing)
{
    const struct report_tree *tree = writing->tree;
    uint32_t count = tree->nodes.count, known = 0, last = 0;
    pack_number(writing->pack, pairs_known(&tree->nodes));
    for (uint32_t i = 1; i < count; i++)
        pack_number(writing->pack, i - writing->place[tree->nodes.items[writing->order[i]].first]);
    if (!put_callees(writing))
        return false;
    for (uint32_t i = 1; i < tree->folded.count; i++)
        known += tree->folded.items[i] > 0;
    pack_number(writing->pack, known);
    for (int column = 0; column < 2; column++)
        for (uint32_t i = 1; i < count; i++) {
            uint32_t node = writing->order[i];
            uint32_t folded = node < tree->folded.count ? tree->folded.items[node] : 0;
            if (!folded)
                continue;
            pack_number(writing->pack, column ? folded : i - last);
            last = i;
        }
    return true;
}

struct placed_site {
    uint32_t node, site;
};

static int compare_sites(const void *left, const void *right)
{
    const struct placed_site *a = left, *b = right;
    if (a->node != b->node)
        return a->node < b->node ? -1 : 1;
    return (a->site > b->site) - (a->site < b->site);
}

static void put_values(const struct writing *writing, const struct placed_site *sites,
                       uint32_t count, uint32_t view)
{
    const struct report_tree *tree = writing->tree;
    for (uint32_t type = 0; type < tree->types; type++)
        for (uint32_t i = 0; i < count; i++) {
            uint64_t value = (uint64_t)report_tree_values(tree, sites[i].site, view)[type];
            if (view)
                value -= (uint64_t)report_tree_values(tree, sites[i].site, 0)[type];
            pack_signed(writing->pack, (int64_t)value);
        }
}

static bool put_sites(const struct writing *writing)
{
    const struct report_tree *tree = writing->tree;
    uint32_t count = pairs_known(&tree->sites), last = 0;
    struct placed_site *sites = malloc(((size_t)count + 1) * sizeof *sites);
    if (!sites)
        return false;
    for (uint32_t i = 0; i < count; i++)
        sites[i] = (struct placed_site){writing->place[tree->sites.items[i + 1].first], i + 1};
    qsort(sites, count, sizeof *sites, compare_sites);
    pack_number(writing->pack, pairs_known(&tree->classes));
    for (uint32_t i = 1; i < tree->classes.count; i++)
        pack_signed(writing->pack, report_tree_bytes(tree, i));
    pack_number(writing->pack, count);
    for (uint32_t i = 0; i < count; i++) {
        pack_number(writing->pack, sites[i].node - last);
        last = sites[i].node;
    }
    for (uint32_t i = 0; i < count; i++)
        pack_number(writing->pack, tree->sites.items[sites[i].site].second);
    for (uint32_t view = 0; view < tree->views; view++)
        put_values(writing, sites, count, view);
    free(sites);
    return true;
}

/* ---- the rest ---- */

static uint64_t point_number(const struct profile_point *point, int column)
{
    const uint64_t numbers[] = {point->ms, point->inuse_bytes, point->allocated_bytes,
                                point->allocated_objects};
    return numbers[column];
}

static void put_points(const struct writing *writing, const struct report_views *views)
{
    pack_number(writing->pack, views->timeline.points.count);
    for (int column = 0; column < 4; column++) {
        uint64_t last = 0;
        for (uint32_t i = 0; i < views->timeline.points.count; i++) {
            uint64_t number = point_number(&views->timeline.points.items[i], column);
            pack_signed(writing->pack, (int64_t)(number - last));
            last = number;
        }
    }
}

static void put_sources(const struct writing *writing, const struct report_sources *sources)
{
    pack_number(writing->pack, sources->blocks.count);
    for (uint32_t i = 0; i < sources->blocks.count; i++)
        pack_number(writing->pack, string_at(writing, sources->blocks.items[i].file));
    for (uint32_t i = 0; i < sources->blocks.count; i++)
        pack_number(writing->pack, sources->blocks.items[i].first);
    for (uint32_t i = 0; i < sources->blocks.count; i++)
        pack_number(writing->pack, sources->blocks.items[i].count);
    for (uint32_t i = 0; i < sources->blocks.count; i++)
        pack_text(writing->pack, sources->blocks.items[i].text);
}

bool report_data_put(struct pack *pack, struct report_tree *tree, const struct report_views *views,
                     const struct report_sources *sources)
{
    struct writing writing = {.pack = pack, .tree = tree};
    bool has_memory = walk(&writing) && report_order_init(&writing.by_name, tree);
    if (has_memory) {
        pack_number(pack, REPORT_DATA_VERSION);
        put_strings(&writing);
        has_memory = put_modules(&writing, views);
        put_functions(&writing);
        put_frames(&writing);
        has_memory = has_memory && put_nodes(&writing) && put_sites(&writing);
        put_points(&writing, views);
        put_sources(&writing, sources);
    }
    free(writing.place);
    free(writing.order);
    report_order_deinit(&writing.by_name);
    pairs_deinit(&writing.paths);
    return has_memory && !pack->has_failed;
}
