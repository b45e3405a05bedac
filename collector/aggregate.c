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

#include <stdlib.h>

#define DEPTH_MAX 4096u /* frames of one stack: twice what the shim records at most */
#define NODE_BAD  UINT32_MAX

/* A node of the walk at hand. */
struct climbed {
    uint32_t *place; /* where its node of the profile is kept */
    struct state_reader_node node;
};

struct aggregation {
    const struct state_reader *reader;
    const struct mappings *mappings;
    struct profile *profile;
    uint32_t **carried; /* by chunk, by place: the profile's node; 0: not yet; NODE_BAD */
    uint32_t carried_count;
    struct hash_index locations, samples;
    struct climbed *path; /* leaf first */
    uint32_t path_capacity;
};

/* --- nodes --- */

/* Where the profile's node for a state's node is kept; NULL: no memory. */
static uint32_t *carried_place(struct aggregation *at, uint32_t chunk, uint32_t place)
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
        at->carried[chunk] =
            calloc(state_reader_nodes_per_chunk(at->reader), sizeof(**at->carried));
    return at->carried[chunk] ? &at->carried[chunk][place] : NULL;
}

/* UINT32_MAX: no memory. */
static uint32_t intern_location(struct aggregation *at, uint32_t mapping, uint64_t address)
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

static uint32_t carry_over(struct aggregation *at, uint32_t parent,
                           const struct state_reader_node *node)
{
    uint32_t mapping =
        node->is_pseudo ? 0 : mappings_find(at->mappings, at->profile, node->module, node->pc);
    uint32_t location = intern_location(at, mapping, node->pc);
    return location == UINT32_MAX ? UINT32_MAX : profile_intern_node(at->profile, parent, location);
}

static bool push(struct aggregation *at, uint32_t depth, const struct climbed *climbed)
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
static bool climb(struct aggregation *at, uint32_t leaf, uint32_t *depth, uint32_t *known)
{
    *depth = *known = 0;
    for (uint32_t node = leaf; node != 0;) {
        struct climbed climbed;
        if (budget_is_over())
            return false;
        if (!state_reader_node(at->reader, node, &climbed.node) || *depth == DEPTH_MAX) {
            *known = NODE_BAD;
            return true;
        }
        climbed.place = carried_place(at, climbed.node.chunk, climbed.node.place);
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
static bool carry_stack(struct aggregation *at, uint32_t leaf, uint32_t *result)
{
    uint32_t depth, known;
    if (!climb(at, leaf, &depth, &known))
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

static bool unknown_stack(struct aggregation *at, uint32_t *result)
{
    struct state_reader_node node = {.pc = state_unknown_pc(), .is_pseudo = true};
    *result = carry_over(at, 0, &node);
    return *result != UINT32_MAX;
}

/* --- samples --- */

/* Slots hold the sample's index + 1. */
static int64_t to_value(uint64_t count)
{
    return count > INT64_MAX ? INT64_MAX : (int64_t)count;
}

static int64_t add_values(int64_t first, int64_t second)
{
    return first > INT64_MAX - second ? INT64_MAX : first + second;
}

static void values_of(const struct state_reader_counts *counts, int64_t *values)
{
    uint64_t objects = counts->allocated_objects, bytes = counts->allocated_bytes;
    values[PROFILE_ALLOC_OBJECTS] = to_value(objects);
    values[PROFILE_ALLOC_SPACE] = to_value(bytes);
    values[PROFILE_INUSE_OBJECTS] =
        counts->freed_objects < objects ? to_value(objects - counts->freed_objects) : 0;
    values[PROFILE_INUSE_SPACE] =
        counts->freed_bytes < bytes ? to_value(bytes - counts->freed_bytes) : 0;
}

static bool add_sample(struct aggregation *at, uint32_t node, int64_t bytes,
                       const struct profile_label *template, const int64_t *values)
{
    struct profile *profile = at->profile;
    struct hash_index *index = &at->samples;
    if (!hash_reserve(index))
        return false;
    uint64_t hash = hash_pair(node, (uint64_t)bytes);
    uint32_t slot = hash_first(index, hash), known;
    for (; (known = index->slots[slot].record); slot = hash_next(index, slot, hash)) {
        uint32_t sample = known - 1;
        const struct profile_sample *other = &profile->samples.items[sample];
        if (other->node != node || profile->labels.items[other->label_first].number != bytes)
            continue;
        int64_t *sum = &profile->values.items[(size_t)sample * PROFILE_VALUES];
        for (unsigned i = 0; i < PROFILE_VALUES; i++)
            sum[i] = add_values(sum[i], values[i]);
        return true;
    }
    struct profile_label label = *template;
    label.number = bytes;
    struct profile_sample sample = {
        .node = node, .label_first = profile_add_label(profile, &label), .label_count = 1};
    uint32_t added = sample.label_first == UINT32_MAX
                         ? UINT32_MAX
                         : profile_add_sample(profile, &sample, values);
    if (added == UINT32_MAX)
        return false;
    hash_set(index, slot, hash, added + 1);
    return true;
}

static bool add_sites(struct aggregation *at, const struct state_reader_counts *counts)
{
    struct profile_label label = {.key = profile_intern_string(at->profile, "bytes"),
                                  .unit = profile_intern_string(at->profile, "bytes")};
    if (label.key == UINT32_MAX || label.unit == UINT32_MAX)
        return false;
    uint32_t count;
    const struct state_reader_site *sites = state_reader_sites(at->reader, &count);
    for (uint32_t i = 1; i < count; i++) {
        int64_t values[PROFILE_VALUES];
        values_of(&counts[i], values);
        if (sites[i].node == 0 ||
            (values[PROFILE_ALLOC_OBJECTS] == 0 && values[PROFILE_ALLOC_SPACE] == 0))
            continue;
        uint32_t node;
        if (!carry_stack(at, sites[i].node, &node) ||
            (node == NODE_BAD && !unknown_stack(at, &node)) ||
            !add_sample(at, node, state_label_bytes(sites[i].size_class), &label, values))
            return false;
    }
    return true;
}

bool aggregate(const struct state_reader *reader, const struct mappings *mappings,
               struct profile *profile)
{
    struct aggregation at = {.reader = reader, .mappings = mappings, .profile = profile};
    uint32_t count;
    state_reader_sites(reader, &count);
    struct state_reader_counts *counts = malloc(((size_t)count + 1) * sizeof(*counts));
    bool is_done = counts && profile_add_type(profile, "alloc_objects", "count") &&
                   profile_add_type(profile, "alloc_space", "bytes") &&
                   profile_add_type(profile, "inuse_objects", "count") &&
                   profile_add_type(profile, "inuse_space", "bytes");
    if (is_done) {
        state_reader_counts(reader, counts);
        is_done = add_sites(&at, counts);
    }
    for (uint32_t i = 0; i < at.carried_count; i++)
        free(at.carried[i]);
    free(at.carried);
    free(at.path);
    hash_deinit(&at.locations);
    hash_deinit(&at.samples);
    free(counts);
    return is_done;
}
