/* SPDX-License-Identifier: Apache-2.0
 *
 * Equal locations get one number, then equal stacks, then samples are sorted by these.
 */
#include "collector/profile/stacks.h"
#include "collector/profile/hash.h"
#include "collector/profile/label.h"

#include <stdlib.h>
#include <string.h>

/* A sample and what it is sorted by. */
struct keyed {
    uint32_t stack, sample;
    int64_t bytes; /* -1: no label */
};

struct summing {
    const struct profile *profile;
    int type;
    uint32_t *locations; /* by location: the first one that looks like it */
    uint32_t *nodes;     /* by node: the first one whose stack looks like it */
    struct keyed *samples;
    uint32_t count;
};

/* ---- equal frames, equal stacks ---- */

static bool is_same_line(const struct profile *profile, const struct profile_line *a,
                         const struct profile_line *b)
{
    const struct profile_function *one = &profile->functions.items[a->function];
    const struct profile_function *other = &profile->functions.items[b->function];
    return a->line == b->line && one->name == other->name && one->file == other->file;
}

static bool is_same_location(const struct profile *profile, uint32_t left, uint32_t right)
{
    const struct profile_location *a = &profile->locations.items[left];
    const struct profile_location *b = &profile->locations.items[right];
    if (a->line_count != b->line_count || a->mapping != b->mapping ||
        (a->line_count == 0 && a->address != b->address))
        return false;
    for (uint32_t i = 0; i < a->line_count; i++)
        if (!is_same_line(profile, &profile->lines.items[a->line_first + i],
                          &profile->lines.items[b->line_first + i]))
            return false;
    return true;
}

static uint64_t hash_of_location(const struct profile *profile, uint32_t index)
{
    const struct profile_location *location = &profile->locations.items[index];
    uint64_t hash = hash_pair(location->mapping, location->line_count ? 0 : location->address);
    for (uint32_t i = 0; i < location->line_count; i++) {
        const struct profile_line *line = &profile->lines.items[location->line_first + i];
        const struct profile_function *function = &profile->functions.items[line->function];
        hash = hash_pair(hash, (uint64_t)function->name << 32 ^ (uint32_t)line->line);
    }
    return hash;
}

static bool join_locations(struct summing *at)
{
    struct hash_index index = {0};
    for (uint32_t i = 1; i < at->profile->locations.count; i++) {
        if (!hash_reserve(&index)) {
            hash_deinit(&index);
            return false;
        }
        uint64_t hash = hash_of_location(at->profile, i);
        uint32_t slot = hash_first(&index, hash), known;
        for (; (known = index.slots[slot].record); slot = hash_next(&index, slot, hash))
            if (is_same_location(at->profile, known, i))
                break;
        if (!known)
            hash_set(&index, slot, hash, i);
        at->locations[i] = known ? known : i;
    }
    hash_deinit(&index);
    return true;
}

static bool join_nodes(struct summing *at)
{
    struct hash_index index = {0};
    const struct profile_node *nodes = at->profile->nodes.items;
    for (uint32_t i = 1; i < at->profile->nodes.count; i++) {
        if (!hash_reserve(&index)) {
            hash_deinit(&index);
            return false;
        }
        uint32_t parent = at->nodes[nodes[i].parent], location = at->locations[nodes[i].location];
        uint64_t hash = hash_pair(parent, location);
        uint32_t slot = hash_first(&index, hash), known;
        for (; (known = index.slots[slot].record); slot = hash_next(&index, slot, hash))
            if (at->nodes[nodes[known].parent] == parent &&
                at->locations[nodes[known].location] == location)
                break;
        if (!known)
            hash_set(&index, slot, hash, i);
        at->nodes[i] = known ? known : i;
    }
    hash_deinit(&index);
    return true;
}

/* ---- samples ---- */

static const int64_t *values_of(const struct profile *profile, uint32_t sample)
{
    return profile->values.items + (size_t)sample * profile->types.count;
}

static int compare_keyed(const void *left, const void *right)
{
    const struct keyed *a = left, *b = right;
    if (a->stack != b->stack)
        return a->stack < b->stack ? -1 : 1;
    return a->bytes < b->bytes ? -1 : a->bytes > b->bytes;
}

static void sort_samples(struct summing *at)
{
    for (uint32_t i = 0; i < at->profile->samples.count; i++) {
        const struct profile_sample *sample = &at->profile->samples.items[i];
        if (sample->node != 0)
            at->samples[at->count++] = (struct keyed){at->nodes[sample->node], i,
                                                      profile_sample_bytes(at->profile, sample)};
    }
    if (at->count)
        qsort(at->samples, at->count, sizeof(*at->samples), compare_keyed);
}

static void add(int64_t *sum, int64_t value)
{
    *sum = (int64_t)((uint64_t)*sum + (uint64_t)value); /* wraps as Go's does */
}

static uint64_t magnitude(int64_t value)
{
    return value < 0 ? -(uint64_t)value : (uint64_t)value;
}

static void add_sample(const struct summing *at, const struct keyed *keyed,
                       struct profile_stack_sum *sum)
{
    const int64_t *values = values_of(at->profile, keyed->sample);
    for (uint32_t i = 0; i < at->profile->types.count; i++)
        add(&sum->values[i], values[i]);
    if (keyed->bytes < 0 || values[at->type] == 0)
        return;
    if (sum->size_count == 0 || sum->sizes[sum->size_count - 1].bytes != keyed->bytes)
        sum->sizes[sum->size_count++] = (struct profile_stack_size){keyed->bytes, 0};
    add(&sum->sizes[sum->size_count - 1].value, values[at->type]);
}

static void add_samples(const struct summing *at, struct profile_stacks *stacks)
{
    uint32_t sizes = 0, types = at->profile->types.count;
    for (uint32_t i = 0; i < at->count; i++) {
        bool is_first = i == 0 || at->samples[i].stack != at->samples[i - 1].stack;
        if (is_first) {
            if (stacks->count)
                sizes += stacks->items[stacks->count - 1].size_count;
            stacks->items[stacks->count] = (struct profile_stack_sum){
                .node = at->profile->samples.items[at->samples[i].sample].node,
                .values = stacks->values + (size_t)stacks->count * types,
                .sizes = stacks->sizes + sizes,
            };
            stacks->count++;
        }
        add_sample(at, &at->samples[i], &stacks->items[stacks->count - 1]);
    }
}

static int compare_sums(const void *left, const void *right, void *context)
{
    const struct profile_stack_sum *a = left, *b = right;
    int type = *(const int *)context;
    uint64_t mine = magnitude(a->values[type]), other = magnitude(b->values[type]);
    if (mine != other)
        return mine > other ? -1 : 1;
    return a->node < b->node ? -1 : a->node > b->node;
}

static void sort_sums(struct profile_stacks *stacks, int type)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < stacks->count; i++)
        if (stacks->items[i].values[type] != 0)
            stacks->items[count++] = stacks->items[i];
    stacks->count = count;
    if (count)
        qsort_r(stacks->items, count, sizeof(*stacks->items), compare_sums, &type);
}

bool profile_stacks_init(struct profile_stacks *stacks, const struct profile *profile, int type)
{
    size_t samples = (size_t)profile->samples.count + 1;
    struct summing at = {
        .profile = profile,
        .type = type,
        .locations = calloc(profile->locations.count, sizeof(*at.locations)),
        .nodes = calloc(profile->nodes.count, sizeof(*at.nodes)),
        .samples = malloc(samples * sizeof(*at.samples)),
    };
    *stacks = (struct profile_stacks){
        .items = malloc(samples * sizeof(*stacks->items)),
        .values = calloc(samples * (profile->types.count + 1), sizeof(*stacks->values)),
        .sizes = malloc(samples * sizeof(*stacks->sizes)),
    };
    bool has_memory = at.locations && at.nodes && at.samples && stacks->items && stacks->values &&
                      stacks->sizes && join_locations(&at) && join_nodes(&at);
    if (has_memory) {
        sort_samples(&at);
        add_samples(&at, stacks);
        sort_sums(stacks, type);
    }
    free(at.locations);
    free(at.nodes);
    free(at.samples);
    return has_memory;
}

void profile_stacks_deinit(struct profile_stacks *stacks)
{
    free(stacks->items);
    free(stacks->values);
    free(stacks->sizes);
    *stacks = (struct profile_stacks){0};
}
