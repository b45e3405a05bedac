/* SPDX-License-Identifier: Apache-2.0
 *
 * The state's stacks are a tree, and so are the profile's: a node is carried
 * over once, when the first stack that goes through it is, so the cost is that
 * of the tree and not of all stacks.  A crafted tree may have cycles: a walk is
 * bounded, and what it went through is marked, so that it is gone through once.
 */
#include "collector/aggregate.h"
#include "collector/base/budget.h"
#include "collector/profile/hash.h"
#include "collector/profile/pseudo.h"
#include "collector/state/names.h"
#include "collector/state/tables.h"

#include <stdlib.h>
#include <string.h>

#define DEPTH_MAX 4096u /* frames of one stack: twice what the shim records at most */
#define NODE_BAD  UINT32_MAX

/* A node of the stack that is being walked. */
struct climbed {
    uint32_t *place; /* where the index of the profile's node for it is kept */
    struct state_reader_node node;
};

/* --- nodes --- */

/* Where the profile's node for a state's node is kept; NULL: no memory. */
static uint32_t *carried_place(struct aggregate *at, const struct state_reader *reader,
                               uint32_t chunk, uint32_t place)
{
    if (chunk >= at->carried_count) {
        uint32_t count = chunk + 64;
        uint32_t **moved = realloc(at->carried, count * sizeof(*moved));
        if (!moved)
            return NULL;
        at->carried = moved;
        for (; at->carried_count < count; at->carried_count++)
            moved[at->carried_count] = NULL;
    }
    if (!at->carried[chunk])
        at->carried[chunk] = calloc(state_reader_nodes_per_chunk(reader), sizeof(**at->carried));
    return at->carried[chunk] ? &at->carried[chunk][place] : NULL;
}

/* UINT32_MAX: no memory. */
static uint32_t intern_location(struct aggregate *at, uint32_t mapping, uint64_t address)
{
    struct profile *profile = at->profile;
    struct hash_index *index = &at->locations;
    if (!hash_reserve(index))
        return UINT32_MAX;
    uint64_t hash = hash_pair(mapping, address);
    uint32_t slot = hash_first(index, hash), known;
    for (; (known = index->slots[slot].record); slot = hash_next(index, slot, hash)) {
        const struct profile_location *other = &profile->locations.items[known];
        if (other->mapping == mapping && other->address == address)
            return known;
    }
    struct profile_location location = {.address = address, .mapping = mapping};
    uint32_t added = profile_add_location(profile, &location);
    if (added != UINT32_MAX)
        hash_set(index, slot, hash, added);
    return added;
}

static uint32_t carry_over(struct aggregate *at, uint32_t parent,
                           const struct state_reader_node *node)
{
    uint32_t mapping =
        node->is_pseudo ? 0 : mappings_find(&at->mappings, at->profile, node->module, node->pc);
    uint32_t location = intern_location(at, mapping, node->pc);
    return location == UINT32_MAX ? UINT32_MAX : profile_intern_node(at->profile, parent, location);
}

static bool push(struct aggregate *at, uint32_t depth, const struct climbed *climbed)
{
    if (depth == at->path_capacity) {
        uint32_t capacity = depth ? depth * 2 : 256;
        struct climbed *moved = realloc(at->path, capacity * sizeof(*moved));
        if (!moved)
            return false;
        at->path = moved;
        at->path_capacity = capacity;
    }
    at->path[depth] = *climbed;
    return true;
}

/* Climbs from `leaf` to the first node that is known already, or past the root.
 * *depth nodes are left in the path; *known is the node above them in the profile.
 * False: no memory. */
static bool climb(struct aggregate *at, const struct state_reader *reader, uint32_t leaf,
                  uint32_t *depth, uint32_t *known)
{
    *depth = *known = 0;
    for (uint32_t node = leaf; node != 0;) {
        struct climbed climbed;
        if (budget_is_over())
            return false;
        if (!state_reader_node(reader, node, &climbed.node) || *depth == DEPTH_MAX) {
            *known = NODE_BAD;
            return true;
        }
        climbed.place = carried_place(at, reader, climbed.node.chunk, climbed.node.place);
        if (!climbed.place)
            return false;
        if (*climbed.place != 0) {
            *known = *climbed.place;
            return true;
        }
        if (!push(at, (*depth)++, &climbed))
            return false;
        node = climbed.node.parent;
    }
    return true;
}

/* The profile's node for a state's leaf; NODE_BAD: the stack makes no sense;
 * false: no memory. */
static bool carry_stack(struct aggregate *at, const struct state_reader *reader, uint32_t leaf,
                        uint32_t *result)
{
    uint32_t depth, known;
    if (!climb(at, reader, leaf, &depth, &known))
        return false;
    while (depth-- > 0) {
        const struct climbed *climbed = &at->path[depth];
        if (known != NODE_BAD && (known = carry_over(at, known, &climbed->node)) == UINT32_MAX)
            return false;
        *climbed->place = known;
    }
    *result = known;
    return true;
}

static bool unknown_stack(struct aggregate *at, uint32_t *result)
{
    struct state_reader_node node = {.pc = PROFILE_UNKNOWN, .is_pseudo = true};
    *result = carry_over(at, 0, &node);
    return *result != UINT32_MAX;
}

bool aggregate_stack(struct aggregate *at, const struct state_reader *reader, uint32_t leaf,
                     uint32_t *node)
{
    return carry_stack(at, reader, leaf, node) && (*node != NODE_BAD || unknown_stack(at, node));
}

/* --- samples --- */

/* UINT32_MAX: no memory. */
static uint32_t label_of(struct aggregate *at, uint32_t size_class)
{
    if (size_class < AGGREGATE_CLASSES && at->labels[size_class])
        return at->labels[size_class] - 1;
    struct profile_label label = {
        .key = at->label_key, .unit = at->label_key, .number = state_label_bytes(size_class)};
    uint32_t added = profile_add_label(at->profile, &label);
    if (size_class < AGGREGATE_CLASSES && added != UINT32_MAX)
        at->labels[size_class] = added + 1;
    return added;
}

/* Slots hold the sample's index + 1.  0: no memory. */
static uint32_t intern_sample(struct aggregate *at, uint32_t node, uint32_t size_class)
{
    static const int64_t zeros[PROFILE_VALUES];
    struct profile *profile = at->profile;
    struct hash_index *index = &at->samples;
    int64_t bytes = state_label_bytes(size_class);
    if (!hash_reserve(index))
        return 0;
    uint64_t hash = hash_pair(node, (uint64_t)bytes);
    uint32_t slot = hash_first(index, hash), known;
    for (; (known = index->slots[slot].record); slot = hash_next(index, slot, hash)) {
        const struct profile_sample *other = &profile->samples.items[known - 1];
        if (other->node == node && profile->labels.items[other->label_first].number == bytes)
            return known;
    }
    struct profile_sample sample = {
        .node = node, .label_first = label_of(at, size_class), .label_count = 1};
    uint32_t added =
        sample.label_first == UINT32_MAX ? UINT32_MAX : profile_add_sample(profile, &sample, zeros);
    if (added == UINT32_MAX)
        return 0;
    hash_set(index, slot, hash, added + 1);
    return added + 1;
}

static bool make_room(struct aggregate *at, uint32_t sites)
{
    if (sites <= at->site_count)
        return true;
    uint32_t *moved = realloc(at->sample_of, (size_t)sites * sizeof(*moved));
    if (!moved)
        return false;
    memset(&moved[at->site_count], 0, (sites - at->site_count) * sizeof(*moved));
    at->sample_of = moved;
    at->site_count = sites;
    return true;
}

/* Adds up; a sum that would overflow stays at the end of its range. */
static int64_t add_values(int64_t first, int64_t second)
{
    int64_t sum;
    if (__builtin_add_overflow(first, second, &sum))
        return first < 0 ? INT64_MIN : INT64_MAX;
    return sum;
}

static bool add_site(struct aggregate *at, const struct state_reader *reader, uint32_t site,
                     const struct state_reader_site *record, const int64_t *values)
{
    uint32_t node;
    if (at->sample_of[site] == 0) {
        if (!aggregate_stack(at, reader, record->node, &node))
            return false;
        at->sample_of[site] = intern_sample(at, node, record->size_class);
        if (at->sample_of[site] == 0)
            return false;
    }
    int64_t *sum =
        &at->profile->values.items[(size_t)(at->sample_of[site] - 1) * at->profile->types.count];
    for (unsigned i = 0; i < PROFILE_VALUES; i++)
        sum[i] = add_values(sum[i], values[i]);
    return true;
}

/* pprof takes the first mapping for that of the program.  If the program's is found later than
 * others, the profile is begun anew, with it first. */
static bool begin_anew(struct aggregate *at, const struct module *modules, uint32_t count)
{
    bool is_new = false;
    for (uint32_t i = 1; i < count && at->profile->mappings.count > 1; i++)
        is_new |= modules[i].map_end != 0 && modules[i].is_executable &&
                  (i >= at->mappings.module_count || !at->mappings.of_module[i].is_known);
    if (!is_new)
        return true;
    uint32_t beginnings = at->beginnings + 1;
    aggregate_deinit(at);
    bool has_memory = aggregate_init(at);
    at->beginnings = beginnings;
    return has_memory;
}

bool aggregate_read_modules(struct aggregate *at, const struct state_reader *reader)
{
    uint32_t count;
    const struct module *modules = state_reader_modules(reader, &count);
    return begin_anew(at, modules, count) &&
           mappings_update(&at->mappings, at->profile, modules, count);
}

bool aggregate_update(struct aggregate *at, const struct state_reader *reader,
                      const struct counts_view *view)
{
    uint32_t site_count;
    const struct state_reader_site *sites = state_reader_sites(reader, &site_count);
    if (!aggregate_read_modules(at, reader) || !make_room(at, site_count))
        return false;
    if (at->profile->values.count)
        memset(at->profile->values.items, 0,
               (size_t)at->profile->values.count * sizeof(*at->profile->values.items));
    for (uint32_t i = 1; i < site_count; i++) {
        int64_t values[PROFILE_VALUES];
        if (sites[i].node != 0 && counts_values(view, i, values) &&
            !add_site(at, reader, i, &sites[i], values))
            return false;
    }
    return true;
}

/* --- init and deinit --- */

bool aggregate_init_stacks(struct aggregate *at)
{
    *at = (struct aggregate){.profile = profile_create()};
    return at->profile && mappings_init(&at->mappings);
}

bool aggregate_init(struct aggregate *at)
{
    if (!aggregate_init_stacks(at))
        return false;
    for (int i = 0; i < PROFILE_VALUES; i++)
        if (!profile_add_type(at->profile, profile_value_names[i], profile_value_units[i]))
            return false;
    at->label_key = profile_intern_string(at->profile, "bytes");
    return at->label_key != UINT32_MAX;
}

void aggregate_finish(struct aggregate *at)
{
    for (uint32_t i = 0; i < at->carried_count; i++)
        free(at->carried[i]);
    free(at->carried);
    free(at->path);
    free(at->sample_of);
    at->carried = NULL;
    at->path = NULL;
    at->sample_of = NULL;
    at->carried_count = at->path_capacity = at->site_count = 0;
    hash_deinit(&at->locations);
    hash_deinit(&at->samples);
}

void aggregate_deinit(struct aggregate *at)
{
    aggregate_finish(at);
    mappings_deinit(&at->mappings);
    profile_destroy(at->profile);
    *at = (struct aggregate){0};
}
