/* SPDX-License-Identifier: Apache-2.0 */
#include "collector/profile/match.h"

#include "collector/profile/canonical.h"
#include "collector/profile/change.h"
#include "collector/profile/hash.h"
#include "collector/profile/inlined.h"

#include <stdlib.h>
#include <string.h>

#define OWN_FRAMES 2 /* of COMPARE_OWN_FRAMES */

struct keyed_site {
    uint64_t key;
    uint32_t site;
};

struct matching {
    const struct site_table *table;
    uint32_t base_runs;
    struct site_match *matches;
    uint8_t *code;            /* enum code by function */
    uint8_t *is_system;       /* by function: CODE_SYSTEM */
    uint32_t *base_names;     /* by function: the first that has the same base name */
    struct keyed_site *alone; /* sites that one side alone has and that have no match yet */
    uint32_t alone_count;
};

/* --- keys --- */

/* The key of a site at a level; 0: it has none there. */
static uint64_t key_of(const struct matching *at, uint32_t site, enum compare_level level)
{
    const struct site_table *table = at->table;
    uint64_t key = level;
    uint32_t taken = 0;
    for (uint32_t path = table->site_paths.items[site]; path;
         path = site_table_parent(table, path)) {
        uint32_t function = site_table_function(table, path);
        if (level == COMPARE_LEAF)
            return hash_pair(key, function) | 1;
        if (at->code[function] == CODE_SYSTEM ||
            (level == COMPARE_OWN_FRAMES && at->code[function] != CODE_OWN))
            continue;
        key = hash_pair(key, level == COMPARE_BASE_NAMES ? at->base_names[function] : function);
        if (++taken == OWN_FRAMES && level == COMPARE_OWN_FRAMES)
            break;
    }
    return taken ? key | 1 : 0;
}

static int by_key(const void *left, const void *right)
{
    const struct keyed_site *a = left, *b = right;
    if (a->key != b->key)
        return a->key < b->key ? -1 : 1;
    return a->site < b->site ? -1 : a->site > b->site;
}

/* --- matching --- */

/* Leaves those at the front that have no match yet. */
static void drop_matched(struct matching *at)
{
    uint32_t left = 0;
    for (uint32_t i = 0; i < at->alone_count; i++)
        if (at->matches[at->alone[i].site].level == COMPARE_WHOLE_PATH)
            at->alone[left++] = at->alone[i];
    at->alone_count = left;
}

/* Puts sites of equal keys together; their leader is one of the new side, whose lines are shown. */
static void put_together(struct matching *at, const struct keyed_site *sites, uint32_t count,
                         enum compare_level level)
{
    uint32_t leader = sites[0].site;
    for (uint32_t i = 0; i < count; i++)
        if (at->matches[sites[i].site].in[1] && !at->matches[leader].in[1])
            leader = sites[i].site;
    for (uint32_t i = 0; i < count; i++) {
        at->matches[sites[i].site].leader = leader;
        at->matches[sites[i].site].level = level;
    }
}

/* Whether each side has at least half of what the other has.  By little of their paths alone a site
 * that is new would be taken for any small one that is gone. */
static bool is_alike(const struct matching *at, const struct keyed_site *sites, uint32_t count)
{
    double objects[2] = {0, 0};
    uint32_t runs[2] = {at->base_runs, at->table->runs.count - at->base_runs};
    for (uint32_t i = 0; i < count; i++)
        for (uint32_t run = 0; run < at->table->runs.count; run++) {
            int side = run >= at->base_runs;
            const double *values = site_table_values(at->table, sites[i].site, run)->values;
            objects[side] += values[PROFILE_ALLOC_OBJECTS] / runs[side];
        }
    return objects[0] <= 2 * objects[1] && objects[1] <= 2 * objects[0];
}

/* Puts together those that have no match yet whose keys agree and that both sides have. */
static void match_level(struct matching *at, enum compare_level level)
{
    struct keyed_site *sites = at->alone;
    uint32_t count = at->alone_count;
    for (uint32_t i = 0; i < count; i++)
        sites[i].key = key_of(at, sites[i].site, level);
    qsort(sites, count, sizeof(*sites), by_key);
    for (uint32_t i = 0, end; i < count; i = end) {
        bool in[2] = {false, false};
        for (end = i; end < count && sites[end].key == sites[i].key; end++)
            in[at->matches[sites[end].site].in[1]] = true;
        if (in[0] && in[1] && sites[i].key &&
            (level < COMPARE_OWN_FRAMES || is_alike(at, sites + i, end - i)))
            put_together(at, sites + i, end - i, level);
    }
    drop_matched(at);
}

/* By leader.  What was put together with what was put together is one. */
static void sum_changes(struct matching *at, struct change *changes)
{
    uint32_t all = at->table->site_paths.count;
    memset(changes, 0, all * sizeof(*changes));
    for (uint32_t site = 1; site < all; site++) {
        struct site_match *match = &at->matches[site];
        while (match->leader != at->matches[match->leader].leader)
            match->leader = at->matches[match->leader].leader;
        change_add_site(&changes[match->leader], at->table, at->base_runs, site);
    }
}

/* Sites of one path whose changes cancel out, to the object and the byte, have only changed places
 * with what a compiler inlined: they are put together.  `changes` are by leader. */
static void put_shifted_together(struct matching *at, struct keyed_site *sites, uint32_t count,
                                 const struct change *changes)
{
    struct change sum = {0, 0};
    uint32_t changed = 0;
    for (uint32_t i = 0; i < count; i++) {
        change_add_site(&sum, at->table, at->base_runs, sites[i].site);
        if (!change_is_none(&changes[at->matches[sites[i].site].leader]))
            sites[changed++] = sites[i];
    }
    if (changed > 1 && change_is_none(&sum))
        put_together(at, sites, changed, COMPARE_INLINED);
}

/* The end of those from `first` on that have the same key. */
static uint32_t end_of_key(const struct keyed_site *sites, uint32_t count, uint32_t first)
{
    uint32_t end = first;
    while (end < count && sites[end].key == sites[first].key)
        end++;
    return end;
}

static void match_places(struct matching *at, const struct inlined_site *inlined,
                         struct keyed_site *sites, struct change *changes)
{
    uint32_t count = 0, all = at->table->site_paths.count;
    bool is_exact = true;
    for (uint32_t run = 0; run < at->table->runs.count; run++)
        is_exact &= at->table->runs.items[run].sampling == SITE_EXACT;
    sum_changes(at, changes);
    for (uint32_t site = 1; site < all; site++)
        if (inlined[site].place)
            sites[count++] = (struct keyed_site){inlined[site].place, site};
    qsort(sites, count, sizeof(*sites), by_key);
    for (uint32_t i = 0, end; i < count; i = end) {
        end = end_of_key(sites, count, i);
        if (inlined[sites[i].site].is_met)
            put_together(at, sites + i, end - i, COMPARE_INLINED);
        else if (is_exact)
            put_shifted_together(at, sites + i, end - i, changes);
    }
    count = 0;
    sum_changes(at, changes);
    for (uint32_t site = 1; site < all && is_exact; site++)
        if (inlined[site].shift)
            sites[count++] = (struct keyed_site){inlined[site].shift, site};
    qsort(sites, count, sizeof(*sites), by_key);
    for (uint32_t i = 0, end; i < count; i = end) {
        end = end_of_key(sites, count, i);
        put_shifted_together(at, sites + i, end - i, changes);
    }
    sum_changes(at, changes);
}

/* Frames are folded in the paths of all sites, so those that have a match may get others. */
static bool match_inlined(struct matching *at)
{
    const struct site_table *table = at->table;
    struct call_tree_options options = {at->base_runs, at->is_system, at->base_names};
    struct inlined_site *inlined = inlined_find(table, &options);
    uint32_t all = table->site_paths.count;
    struct keyed_site *sites = malloc(((size_t)all + 1) * sizeof(*sites));
    struct change *changes = calloc((size_t)all + 1, sizeof(*changes));
    bool has_memory = inlined && sites && changes;
    if (has_memory)
        match_places(at, inlined, sites, changes);
    for (uint32_t site = 1; has_memory && site < all; site++) {
        struct site_match *match = &at->matches[site];
        match->folded = inlined[site].folded;
        match->folded_function = inlined[site].function;
    }
    free(inlined);
    free(sites);
    free(changes);
    drop_matched(at);
    return has_memory;
}

/* --- what is known before --- */

static bool is_nothing(const struct site_values *values)
{
    for (int i = 0; i < PROFILE_VALUES; i++)
        if (values->values[i] != 0)
            return false;
    return true;
}

static void look_where(struct matching *at)
{
    for (uint32_t site = 1; site < at->table->site_paths.count; site++) {
        struct site_match *match = &at->matches[site];
        match->leader = site;
        for (uint32_t run = 0; run < at->table->runs.count; run++)
            if (!is_nothing(site_table_values(at->table, site, run)))
                match->in[run >= at->base_runs] = true;
        if (match->in[0] != match->in[1])
            at->alone[at->alone_count++].site = site;
    }
}

/* The first function with that base name, in that module. */
static uint32_t intern_base(struct matching *at, struct hash_index *known, const char *name,
                            uint32_t function, uint64_t *hashes)
{
    const struct site_table *table = at->table;
    uint64_t hash =
        hash_pair(hash_bytes(name, strlen(name)), table->functions.items[function].module);
    uint32_t slot = hash_first(known, hash), record;
    hashes[function] = hash;
    for (; (record = known->slots[slot].record); slot = hash_next(known, slot, hash))
        if (hashes[record] == hash)
            return record;
    hash_set(known, slot, hash, function);
    return function;
}

static bool look_at_function(struct matching *at, const struct compare_options *options,
                             struct hash_index *known, uint32_t function, uint64_t *hashes)
{
    const struct site_function *of = &at->table->functions.items[function];
    const char *name = site_table_text(at->table, of->name);
    const char *module = site_table_text(at->table, of->module);
    char *copy = strdup(name);
    if (!copy || !hash_reserve(known)) {
        free(copy);
        return false;
    }
    at->code[function] =
        (uint8_t)(canonical_is_library(name) ? CODE_SYSTEM
                                             : options->code_of(options->context, module));
    at->is_system[function] = at->code[function] == CODE_SYSTEM;
    canonical_base_name(copy);
    at->base_names[function] = intern_base(at, known, copy, function, hashes);
    free(copy);
    return true;
}

static bool look_at_functions(struct matching *at, const struct compare_options *options)
{
    uint32_t functions = at->table->functions.count;
    uint64_t *hashes = calloc((size_t)functions + 1, sizeof(*hashes));
    struct hash_index known = {0};
    bool has_memory = hashes != NULL;
    for (uint32_t i = 1; i < functions && has_memory; i++)
        has_memory = look_at_function(at, options, &known, i, hashes);
    free(hashes);
    hash_deinit(&known);
    return has_memory;
}

struct site_match *match_sites(const struct site_table *table, uint32_t base_runs,
                               const struct compare_options *options)
{
    size_t sites = table->site_paths.count, functions = table->functions.count;
    struct matching at = {
        .table = table,
        .base_runs = base_runs,
        .matches = calloc(sites + 1, sizeof(*at.matches)),
        .code = calloc(functions + 1, 1),
        .is_system = calloc(functions + 1, 1),
        .base_names = calloc(functions + 1, sizeof(*at.base_names)),
        .alone = calloc(sites + 1, sizeof(*at.alone)),
    };
    bool has_memory = at.matches && at.code && at.is_system && at.base_names && at.alone;
    if (has_memory)
        look_where(&at);
    if (has_memory && at.alone_count > 0) {
        has_memory = look_at_functions(&at, options);
        if (has_memory) {
            match_level(&at, COMPARE_WITHOUT_SYSTEM);
            has_memory = match_inlined(&at);
        }
        for (int level = COMPARE_BASE_NAMES; has_memory && level <= COMPARE_LEAF; level++)
            match_level(&at, (enum compare_level)level);
    }
    free(at.code);
    free(at.is_system);
    free(at.base_names);
    free(at.alone);
    if (has_memory)
        return at.matches;
    free(at.matches);
    return NULL;
}
