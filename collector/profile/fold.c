/* SPDX-License-Identifier: Apache-2.0
 *
 * Folding the smallest sample again and again would take the first one to the
 * outermost frame, since alone it stays the smallest.  So a number of samples is
 * folded at once: their sums go up the tree of stacks until they are larger than
 * each sample that was folded, and stay there.  The least number that suffices is
 * searched for by bisection.  Sums change only where stacks meet, so all this is
 * done on a tree of these places: two for each sample at most.
 */
#include "collector/profile/fold.h"
#include "collector/profile/pseudo.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FRAMES_MAX (UINT64_C(128) << 20) /* of all samples; 100 000 stacks of 100: a tenth */

/* What is compared, one after the other: sizes, also of what is negative in a difference. */
struct weight {
    int64_t first, second;
};

struct ranked {
    struct weight weight;
    uint32_t sample;
    uint32_t place; /* where it goes when it is folded */
};

/* A stack that folded samples may end below. */
struct place {
    uint32_t up; /* the next one outwards; less than its own index */
    uint32_t node;
    uint32_t members; /* folded samples that are here; 0: none */
};

struct folding {
    struct profile *profile;
    struct ranked *ranked;  /* the smallest first */
    struct place *places;   /* 0: outside the outermost frame */
    int64_t *sums;          /* `types` values for each place */
    uint32_t types;         /* of values, the profile's */
    uint32_t first, second; /* which of them are compared */
    uint32_t place_count;
    uint32_t count; /* samples */
};

/* --- order --- */

static int compare(const struct weight *left, const struct weight *right)
{
    if (left->first != right->first)
        return left->first < right->first ? -1 : 1;
    return left->second < right->second ? -1 : left->second > right->second;
}

static int by_weight(const void *left, const void *right)
{
    const struct ranked *a = left, *b = right;
    int order = compare(&a->weight, &b->weight);
    return order ? order : a->sample < b->sample ? -1 : a->sample > b->sample;
}

static int64_t size_of(int64_t value)
{
    return value >= 0 ? value : value == INT64_MIN ? INT64_MAX : -value;
}

static struct weight weight_of(const struct folding *at, const int64_t *values)
{
    return (struct weight){size_of(values[at->first]), size_of(values[at->second])};
}

static int64_t *sums_of(const struct folding *at, uint32_t place)
{
    return &at->sums[(size_t)place * at->types];
}

static const int64_t *sample_values(const struct folding *at, uint32_t sample)
{
    return &at->profile->values.items[(size_t)sample * at->types];
}

/* --- places --- */

static uint32_t caller(const struct folding *at, uint32_t sample)
{
    const struct profile *profile = at->profile;
    return profile->nodes.items[profile->samples.items[sample].node].parent;
}

/* Marks with 2 what is a caller or where stacks of callers meet; with 1 the way there. */
static uint32_t mark_places(const struct folding *at, uint8_t *marks)
{
    const struct profile *profile = at->profile;
    uint32_t marked = 0;
    for (uint32_t i = 0; i < at->count; i++)
        marks[caller(at, i)] = 2;
    marks[0] = 2;
    for (uint32_t node = profile->nodes.count - 1; node > 0; node--) {
        uint8_t *parent = &marks[profile->nodes.items[node].parent];
        marked += marks[node] == 2;
        if (marks[node] && *parent < 2)
            ++*parent;
    }
    return marked + 1;
}

/* `nearest`, by node: the place at it or outwards of it. */
static void make_places(struct folding *at, const uint8_t *marks, uint32_t *nearest)
{
    const struct profile *profile = at->profile;
    nearest[0] = 0;
    at->places[0] = (struct place){0};
    at->place_count = 1;
    for (uint32_t node = 1; node < profile->nodes.count; node++) {
        nearest[node] = nearest[profile->nodes.items[node].parent];
        if (marks[node] == 2) {
            at->places[at->place_count] = (struct place){.up = nearest[node], .node = node};
            nearest[node] = at->place_count++;
        }
    }
    for (uint32_t i = 0; i < at->count; i++)
        at->ranked[i] =
            (struct ranked){weight_of(at, sample_values(at, i)), i, nearest[caller(at, i)]};
    qsort(at->ranked, at->count, sizeof(*at->ranked), by_weight);
}

static bool prepare(struct folding *at)
{
    uint32_t nodes = at->profile->nodes.count;
    uint8_t *marks = calloc(nodes, sizeof(*marks));
    uint32_t *nearest = malloc(nodes * sizeof(*nearest));
    at->ranked = malloc(at->count * sizeof(*at->ranked));
    if (marks) {
        uint32_t places = mark_places(at, marks);
        at->places = malloc(places * sizeof(*at->places));
        at->sums = calloc(places, at->types * sizeof(*at->sums));
    }
    bool has_memory = marks && nearest && at->ranked && at->places && at->sums;
    if (has_memory)
        make_places(at, marks, nearest);
    free(marks);
    free(nearest);
    return has_memory;
}

/* --- how many --- */

/* Saturates at the ends of the range, as merging samples does. */
static void add_values(const struct folding *at, int64_t *sum, const int64_t *values)
{
    for (uint32_t i = 0; i < at->types; i++)
        if (__builtin_add_overflow(sum[i], values[i], &sum[i]))
            sum[i] = values[i] < 0 ? INT64_MIN : INT64_MAX;
}

/* Computes what folding the `folded` smallest gives: sums up to `limit` go on outwards.  Returns
 * how many samples there would be; places with members are the new ones. */
static uint32_t settle(struct folding *at, uint32_t folded, struct weight limit)
{
    uint32_t left = at->count - folded;
    for (uint32_t i = 0; i < at->place_count; i++)
        at->places[i].members = 0;
    memset(at->sums, 0, (size_t)at->place_count * at->types * sizeof(*at->sums));
    for (uint32_t i = 0; i < folded; i++) {
        uint32_t place = at->ranked[i].place;
        add_values(at, sums_of(at, place), sample_values(at, at->ranked[i].sample));
        at->places[place].members++;
    }
    for (uint32_t i = at->place_count - 1; i > 0; i--) {
        struct place *place = &at->places[i], *up = &at->places[place->up];
        struct weight weight = weight_of(at, sums_of(at, i));
        if (place->members > 0 && compare(&weight, &limit) <= 0) {
            add_values(at, sums_of(at, place->up), sums_of(at, i));
            up->members += place->members;
            place->members = 0;
        }
        left += place->members > 0;
    }
    return left + (at->places[0].members > 0);
}

/* Returns how many samples are folded so that at most `most` are left, settled. */
static uint32_t choose(struct folding *at, uint32_t most)
{
    uint32_t too_few = at->count - most, enough = at->count;
    struct weight limit = at->ranked[at->count - 1].weight;
    if (settle(at, at->count, limit) > most) { /* all of them, and larger sums, too */
        int64_t below = limit.first;
        limit = (struct weight){INT64_MAX, INT64_MAX}; /* all in one */
        while (limit.first - below > 1) {
            struct weight middle = {below + (limit.first - below) / 2, INT64_MAX};
            if (settle(at, at->count, middle) > most)
                below = middle.first;
            else
                limit = middle;
        }
        settle(at, at->count, limit);
        return at->count;
    }
    while (enough - too_few > 1) {
        uint32_t middle = too_few + (enough - too_few) / 2;
        if (settle(at, middle, at->ranked[middle - 1].weight) > most)
            too_few = middle;
        else
            enough = middle;
    }
    settle(at, enough, at->ranked[enough - 1].weight);
    return enough;
}

/* --- doing it --- */

static uint32_t add_folded_location(struct profile *profile)
{
    struct profile_function function = {
        .name = profile_intern_string(profile, profile_pseudo_name(PROFILE_FOLDED))};
    function.system_name = function.name;
    if (function.name == UINT32_MAX)
        return UINT32_MAX;
    struct profile_line line = {.function = profile_intern_function(profile, &function)};
    struct profile_location location = {.address = PROFILE_FOLDED, .line_count = 1};
    if (line.function == UINT32_MAX ||
        (location.line_first = profile_add_line(profile, &line)) == UINT32_MAX)
        return UINT32_MAX;
    return profile_add_location(profile, &location);
}

/* The others move together, in their order. */
static void remove_samples(struct folding *at, uint32_t folded)
{
    struct profile *profile = at->profile;
    uint32_t left = 0;
    for (uint32_t i = 0; i < folded; i++)
        profile->samples.items[at->ranked[i].sample].node = UINT32_MAX;
    for (uint32_t i = 0; i < at->count; i++) {
        if (profile->samples.items[i].node == UINT32_MAX)
            continue;
        profile->samples.items[left] = profile->samples.items[i];
        memmove(&profile->values.items[(size_t)left++ * at->types], sample_values(at, i),
                at->types * sizeof(int64_t));
    }
    profile->samples.count = left;
    profile->values.count = left * at->types;
}

static bool add_folded(struct folding *at, uint32_t folded)
{
    struct profile *profile = at->profile;
    uint32_t location = add_folded_location(profile), added = 0;
    if (location == UINT32_MAX)
        return false;
    for (uint32_t i = 0; i < at->place_count; i++) {
        const struct place *place = &at->places[i];
        if (place->members == 0)
            continue;
        struct profile_sample sample = {.node =
                                            profile_intern_node(profile, place->node, location)};
        if (sample.node == UINT32_MAX ||
            profile_add_sample(profile, &sample, sums_of(at, i)) == UINT32_MAX)
            return false;
        added++;
    }
    char text[128];
    snprintf(text, sizeof(text),
             "memprof: %" PRIu32 " of %" PRIu32 " samples are folded into %" PRIu32 " named %s",
             folded, at->count, added, profile_pseudo_name(PROFILE_FOLDED));
    return profile_add_comment(profile, text);
}

/* Removes locations that no stack needs, so that no names are looked for. */
static bool remove_locations(struct profile *profile)
{
    uint32_t *moved = calloc(profile->locations.count, sizeof(*moved)), left = 1;
    uint8_t *is_used = calloc(profile->nodes.count, sizeof(*is_used));
    if (moved && is_used) {
        for (uint32_t i = 0; i < profile->samples.count; i++)
            is_used[profile->samples.items[i].node] = 1;
        for (uint32_t node = profile->nodes.count - 1; node > 0; node--)
            if (is_used[node]) {
                is_used[profile->nodes.items[node].parent] = 1;
                moved[profile->nodes.items[node].location] = 1;
            }
        for (uint32_t i = 1; i < profile->locations.count; i++)
            if (moved[i]) {
                profile->locations.items[left] = profile->locations.items[i];
                moved[i] = left++;
            }
        for (uint32_t node = 1; node < profile->nodes.count; node++)
            profile->nodes.items[node].location = moved[profile->nodes.items[node].location];
        profile->locations.count = left;
        profile_drop_node_index(profile); /* it knows the old ones */
    }
    bool has_memory = moved && is_used;
    free(moved);
    free(is_used);
    return has_memory;
}

/* The type of that name, else the one that shows when nothing is said. */
static uint32_t type_of(const struct profile *profile, const char *name)
{
    int type = profile_find_type(profile, name);
    return (uint32_t)(type >= 0 ? type : profile_default_type(profile));
}

bool fold_samples(struct profile *profile, uint32_t most)
{
    struct folding at = {
        .profile = profile, .count = profile->samples.count, .types = profile->types.count};
    if (at.count <= most || at.types == 0)
        return true;
    at.first = type_of(profile, "alloc_space");
    at.second = type_of(profile, "inuse_space");
    bool has_memory = prepare(&at);
    if (has_memory) {
        uint32_t folded = choose(&at, most);
        remove_samples(&at, folded);
        has_memory = add_folded(&at, folded) && remove_locations(profile);
    }
    free(at.ranked);
    free(at.places);
    free(at.sums);
    return has_memory;
}

bool fold_limit(const struct profile *profile, uint32_t *most)
{
    if (*most != 0)
        return true;
    uint32_t *depths = malloc((size_t)profile->nodes.count * sizeof(*depths)), deepest = 1;
    uint64_t frames = 0;
    if (!depths)
        return false;
    depths[0] = 0;
    for (uint32_t i = 1; i < profile->nodes.count; i++)
        depths[i] = depths[profile->nodes.items[i].parent] + 1;
    for (uint32_t i = 0; i < profile->samples.count; i++) {
        uint32_t depth = depths[profile->samples.items[i].node];
        frames += depth;
        deepest = depth > deepest ? depth : deepest;
    }
    free(depths);
    *most = frames <= FRAMES_MAX ? UINT32_MAX : (uint32_t)(FRAMES_MAX / deepest);
    return true;
}
