/* SPDX-License-Identifier: Apache-2.0 */
#include "collector/lifetimes/look.h"
#include "collector/profile/hash.h"

#include <stdlib.h>
#include <string.h>

/* The stacks of the lifetimes by a hash of their addresses. */
struct matching {
    struct lifetimes *lifetimes;
    uint64_t *stacks; /* the hash of each */
    struct hash_index index;
    struct lifetimes_look look;
};

/* A frame without an address is one that says why there are no more. */
static uint64_t hash_location(const struct profile *profile, uint32_t location)
{
    const struct profile_location *record = &profile->locations.items[location];
    if (record->address || record->line_count == 0)
        return hash_number(record->address);
    const struct profile_line *line = &profile->lines.items[record->line_first];
    const char *name = profile_string(profile, profile->functions.items[line->function].name);
    return hash_bytes(name, strlen(name));
}

/* By node; NULL: no memory. */
static uint64_t *hash_nodes(const struct profile *profile)
{
    uint64_t *hashes = calloc((size_t)profile->nodes.count + 1, sizeof(*hashes));
    for (uint32_t i = 1; hashes && i < profile->nodes.count; i++)
        hashes[i] = hash_pair(hashes[profile->nodes.items[i].parent],
                              hash_location(profile, profile->nodes.items[i].location));
    return hashes;
}

/* The record of the stack with this hash, or 0 and the slot where it would be. */
static uint32_t find(const struct matching *at, uint64_t hash, uint32_t *slot)
{
    uint32_t known;
    for (*slot = hash_first(&at->index, hash); (known = at->index.slots[*slot].record);
         *slot = hash_next(&at->index, *slot, hash))
        if (at->stacks[known - 1] == hash)
            return known;
    return 0;
}

static bool index_stacks(struct matching *at)
{
    const struct lifetimes *lifetimes = at->lifetimes;
    uint64_t *nodes = hash_nodes(lifetimes->profile);
    uint32_t count = lifetimes->stack_count, slot = 0;
    at->stacks = calloc((size_t)count + 1, sizeof(*at->stacks));
    at->look.live = calloc((size_t)count + 1, sizeof(*at->look.live));
    bool has_memory = nodes && at->stacks && at->look.live && hash_reserve(&at->index);
    for (uint32_t i = 0; i < count && has_memory; i++) {
        uint64_t hash = at->stacks[i] = nodes[lifetimes->stacks[i].node];
        has_memory = hash_reserve(&at->index);
        if (has_memory && !find(at, hash, &slot))
            hash_set(&at->index, slot, hash, i + 1);
    }
    free(nodes);
    return has_memory;
}

static void add_live(struct matching *at, uint64_t hash, uint64_t objects, uint64_t bytes)
{
    uint32_t slot, known = find(at, hash, &slot);
    if (!known)
        return;
    struct lifetimes_live *live = &at->look.live[known - 1];
    live->objects = lifetime_plus(live->objects, objects);
    live->bytes = lifetime_plus(live->bytes, bytes);
}

/* Puts the look where its time belongs, earliest first. */
static bool insert(struct matching *at)
{
    struct lifetimes *lifetimes = at->lifetimes;
    uint32_t count = lifetimes->look_count;
    struct lifetimes_look *moved =
        reallocarray(lifetimes->looks, (size_t)count + 1, sizeof(*moved));
    if (!moved)
        return false;
    lifetimes->looks = moved;
    for (; count > 0 && moved[count - 1].time_ns > at->look.time_ns; count--)
        moved[count] = moved[count - 1];
    moved[count] = at->look;
    lifetimes->look_count++;
    at->look.live = NULL;
    return true;
}

static bool end(struct matching *at, bool has_memory)
{
    has_memory = has_memory && insert(at);
    free(at->look.live);
    free(at->stacks);
    hash_deinit(&at->index);
    return has_memory;
}

static uint64_t positive(int64_t value)
{
    return value > 0 ? (uint64_t)value : 0;
}

bool look_add_profile(struct lifetimes *lifetimes, const struct profile *heap)
{
    struct matching at = {.lifetimes = lifetimes, .look = {.time_ns = positive(heap->time_ns)}};
    int objects = profile_find_type(heap, "inuse_objects");
    int bytes = profile_find_type(heap, "inuse_space");
    uint64_t *nodes = hash_nodes(heap);
    bool has_memory = nodes && index_stacks(&at);
    for (uint32_t i = 0; i < heap->samples.count && has_memory && objects >= 0 && bytes >= 0; i++) {
        const int64_t *values = &heap->values.items[(size_t)i * heap->types.count];
        add_live(&at, nodes[heap->samples.items[i].node], positive(values[objects]),
                 positive(values[bytes]));
    }
    free(nodes);
    return end(&at, has_memory);
}

bool look_add_lifetimes(struct lifetimes *lifetimes, const struct lifetimes *earlier)
{
    struct matching at = {.lifetimes = lifetimes, .look = {.time_ns = look_time_ns(earlier)}};
    uint64_t *nodes = hash_nodes(earlier->profile);
    bool has_memory = nodes && index_stacks(&at);
    for (uint32_t i = 0; i < earlier->stack_count && has_memory; i++) {
        struct lifetimes_live live = lifetimes_live(&earlier->stacks[i].life);
        add_live(&at, nodes[earlier->stacks[i].node], live.objects, live.bytes);
    }
    free(nodes);
    return end(&at, has_memory);
}

uint64_t look_time_ns(const struct lifetimes *lifetimes)
{
    return lifetime_plus(lifetimes->start_ns, lifetimes->run_ns);
}
