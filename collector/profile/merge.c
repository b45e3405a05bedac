/* SPDX-License-Identifier: Apache-2.0
 *
 * Each record of a profile is interned in the sum once; tables keep its new index.
 */
#include "collector/profile/merge.h"
#include "collector/profile/comment.h"
#include "collector/profile/hash.h"

#include <stdlib.h>
#include <string.h>

#define NOT_YET UINT32_MAX

struct profile_merger {
    struct profile *into;
    struct hash_index known_mappings, known_locations, known_samples; /* of `into` */
    const struct profile *from; /* the one that is being added */
    /* By index in `from`: the index in `into`, or NOT_YET. */
    uint32_t *strings, *mappings, *functions, *locations, *nodes;
};

bool profile_merger_takes(const struct profile_merger *merger, const struct profile *from)
{
    const struct profile *into = merger->into;
    if (into->types.count == 0)
        return true;
    if (into->types.count != from->types.count)
        return false;
    for (uint32_t i = 0; i < into->types.count; i++) {
        const struct profile_type *ours = &into->types.items[i], *theirs = &from->types.items[i];
        if (strcmp(profile_string(into, ours->type), profile_string(from, theirs->type)) != 0 ||
            strcmp(profile_string(into, ours->unit), profile_string(from, theirs->unit)) != 0)
            return false;
    }
    return true;
}

/* ---- strings, mappings, functions ---- */

static uint32_t move_string(struct profile_merger *at, uint32_t string)
{
    if (string >= at->from->strings.count)
        return 0;
    if (at->strings[string] == NOT_YET)
        at->strings[string] = profile_intern_string(at->into, profile_string(at->from, string));
    return at->strings[string];
}

static uint64_t hash_of_mapping(const struct profile_mapping *mapping)
{
    return hash_pair((uint64_t)mapping->file << 32 | mapping->build_id,
                     hash_pair(mapping->file_offset, mapping->limit - mapping->start));
}

static bool is_same_mapping(const struct profile_mapping *a, const struct profile_mapping *b)
{
    return a->file == b->file && a->build_id == b->build_id && a->file_offset == b->file_offset &&
           a->limit - a->start == b->limit - b->start;
}

static uint32_t move_mapping(struct profile_merger *at, uint32_t index)
{
    if (index == 0 || at->mappings[index] != NOT_YET)
        return index ? at->mappings[index] : 0;
    struct profile_mapping mapping = at->from->mappings.items[index];
    mapping.file = move_string(at, mapping.file);
    mapping.build_id = move_string(at, mapping.build_id);
    if (mapping.file == NOT_YET || mapping.build_id == NOT_YET ||
        !hash_reserve(&at->known_mappings))
        return NOT_YET;
    uint64_t hash = hash_of_mapping(&mapping);
    uint32_t slot = hash_first(&at->known_mappings, hash), known;
    for (; (known = at->known_mappings.slots[slot].record);
         slot = hash_next(&at->known_mappings, slot, hash))
        if (is_same_mapping(&at->into->mappings.items[known], &mapping))
            return at->mappings[index] = known;
    known = profile_add_mapping(at->into, &mapping);
    if (known != NOT_YET)
        hash_set(&at->known_mappings, slot, hash, known);
    return at->mappings[index] = known;
}

static uint32_t move_function(struct profile_merger *at, uint32_t index)
{
    if (index == 0 || at->functions[index] != NOT_YET)
        return index ? at->functions[index] : 0;
    struct profile_function function = at->from->functions.items[index];
    function.name = move_string(at, function.name);
    function.system_name = move_string(at, function.system_name);
    function.file = move_string(at, function.file);
    if (function.name == NOT_YET || function.system_name == NOT_YET || function.file == NOT_YET)
        return NOT_YET;
    return at->functions[index] = profile_intern_function(at->into, &function);
}

/* ---- locations and stacks ---- */

static uint64_t hash_of_location(const struct profile *profile,
                                 const struct profile_location *location)
{
    uint64_t hash =
        hash_pair(location->address, (uint64_t)location->mapping << 32 | location->line_count);
    for (uint32_t i = 0; i < location->line_count; i++) {
        const struct profile_line *line = &profile->lines.items[location->line_first + i];
        hash = hash_pair(hash, (uint64_t)line->function << 32 | (uint32_t)line->line);
    }
    return hash;
}

static bool is_same_location(const struct profile *profile, const struct profile_location *a,
                             const struct profile_location *b)
{
    if (a->address != b->address || a->mapping != b->mapping || a->line_count != b->line_count ||
        a->is_folded != b->is_folded)
        return false;
    for (uint32_t i = 0; i < a->line_count; i++) {
        const struct profile_line *one = &profile->lines.items[a->line_first + i];
        const struct profile_line *other = &profile->lines.items[b->line_first + i];
        if (one->function != other->function || one->line != other->line)
            return false;
    }
    return true;
}

/* The location's lines are appended first, and removed again if the location is known. */
static uint32_t intern_location(struct profile_merger *at, const struct profile_location *location)
{
    if (!hash_reserve(&at->known_locations))
        return NOT_YET;
    uint64_t hash = hash_of_location(at->into, location);
    uint32_t slot = hash_first(&at->known_locations, hash), known;
    for (; (known = at->known_locations.slots[slot].record);
         slot = hash_next(&at->known_locations, slot, hash))
        if (is_same_location(at->into, &at->into->locations.items[known], location)) {
            at->into->lines.count = location->line_first;
            return known;
        }
    known = profile_add_location(at->into, location);
    if (known != NOT_YET)
        hash_set(&at->known_locations, slot, hash, known);
    return known;
}

static uint32_t move_location(struct profile_merger *at, uint32_t index)
{
    if (index == 0 || at->locations[index] != NOT_YET)
        return index ? at->locations[index] : 0;
    const struct profile_location *theirs = &at->from->locations.items[index];
    struct profile_location location = *theirs;
    location.mapping = move_mapping(at, theirs->mapping);
    location.line_first = at->into->lines.count;
    if (location.mapping == NOT_YET)
        return NOT_YET;
    if (location.mapping != 0)
        location.address += at->into->mappings.items[location.mapping].start -
                            at->from->mappings.items[theirs->mapping].start;
    for (uint32_t i = 0; i < theirs->line_count; i++) {
        struct profile_line line = at->from->lines.items[theirs->line_first + i];
        line.function = move_function(at, line.function);
        if (line.function == NOT_YET || profile_add_line(at->into, &line) == UINT32_MAX)
            return NOT_YET;
    }
    return at->locations[index] = intern_location(at, &location);
}

/* A parent's index is below its child's: one pass. */
static bool move_nodes(struct profile_merger *at)
{
    at->nodes[0] = 0;
    for (uint32_t i = 1; i < at->from->nodes.count; i++) {
        const struct profile_node *node = &at->from->nodes.items[i];
        uint32_t location = move_location(at, node->location);
        if (location == NOT_YET)
            return false;
        at->nodes[i] = profile_intern_node(at->into, at->nodes[node->parent], location);
        if (at->nodes[i] == NOT_YET)
            return false;
    }
    return true;
}

static uint64_t hash_of_sample(const struct profile *profile, const struct profile_sample *sample)
{
    uint64_t hash = hash_pair(sample->node, sample->label_count);
    for (uint32_t i = 0; i < sample->label_count; i++) {
        const struct profile_label *label = &profile->labels.items[sample->label_first + i];
        hash = hash_pair(hash_pair(hash, (uint64_t)label->key << 32 | label->text),
                         hash_pair(label->unit, (uint64_t)label->number));
    }
    return hash;
}

static bool is_same_sample(const struct profile *profile, const struct profile_sample *a,
                           const struct profile_sample *b)
{
    if (a->node != b->node || a->label_count != b->label_count)
        return false;
    for (uint32_t i = 0; i < a->label_count; i++) {
        const struct profile_label *x = &profile->labels.items[a->label_first + i];
        const struct profile_label *y = &profile->labels.items[b->label_first + i];
        if (x->key != y->key || x->text != y->text || x->unit != y->unit || x->number != y->number)
            return false;
    }
    return true;
}

/* Adds the values to those of the same stack with the same labels.  The sample's labels are the
 * last ones, and are removed again if there is such a sample. */
static bool add_sample(struct profile_merger *at, const struct profile_sample *sample,
                       const int64_t *values)
{
    struct profile *into = at->into;
    struct hash_index *known = &at->known_samples;
    if (!hash_reserve(known))
        return false;
    uint64_t hash = hash_of_sample(into, sample);
    uint32_t slot = hash_first(known, hash), record;
    while ((record = known->slots[slot].record) != 0 &&
           !is_same_sample(into, &into->samples.items[record - 1], sample))
        slot = hash_next(known, slot, hash);
    if (record == 0) {
        record = profile_add_sample(into, sample, values);
        if (record != UINT32_MAX)
            hash_set(known, slot, hash, record + 1);
        return record != UINT32_MAX;
    }
    int64_t *sums = &into->values.items[(size_t)(record - 1) * into->types.count];
    for (uint32_t i = 0; i < into->types.count; i++) /* wraps as Go's does */
        sums[i] = (int64_t)((uint64_t)sums[i] + (uint64_t)values[i]);
    into->labels.count = sample->label_first;
    return true;
}

static bool move_samples(struct profile_merger *at)
{
    for (uint32_t i = 0; i < at->from->samples.count; i++) {
        const struct profile_sample *theirs = &at->from->samples.items[i];
        struct profile_sample sample = {at->nodes[theirs->node], at->into->labels.count,
                                        theirs->label_count};
        for (uint32_t j = 0; j < theirs->label_count; j++) {
            struct profile_label label = at->from->labels.items[theirs->label_first + j];
            label.key = move_string(at, label.key);
            label.text = move_string(at, label.text);
            label.unit = move_string(at, label.unit);
            if (label.key == NOT_YET || label.text == NOT_YET || label.unit == NOT_YET ||
                profile_add_label(at->into, &label) == UINT32_MAX)
                return false;
        }
        if (!add_sample(at, &sample, at->from->values.items + (size_t)i * at->from->types.count))
            return false;
    }
    return true;
}

/* ---- the head ---- */

static bool take_over_head(struct profile_merger *at)
{
    struct profile *into = at->into;
    const struct profile *from = at->from;
    for (uint32_t i = 0; i < from->types.count; i++) {
        struct profile_type type = {move_string(at, from->types.items[i].type),
                                    move_string(at, from->types.items[i].unit)};
        if (type.type == NOT_YET || type.unit == NOT_YET || !profile_add_type_strings(into, type))
            return false;
    }
    into->period_type.type = move_string(at, from->period_type.type);
    into->period_type.unit = move_string(at, from->period_type.unit);
    into->default_type = move_string(at, from->default_type);
    into->drop_frames = move_string(at, from->drop_frames);
    into->keep_frames = move_string(at, from->keep_frames);
    return into->period_type.type != NOT_YET && into->period_type.unit != NOT_YET &&
           into->default_type != NOT_YET && into->drop_frames != NOT_YET &&
           into->keep_frames != NOT_YET;
}

static bool add_head(struct profile_merger *at)
{
    struct profile *into = at->into;
    if (into->types.count == 0 && !take_over_head(at))
        return false;
    if (at->from->period > into->period)
        into->period = at->from->period;
    if (at->from->time_ns && (!into->time_ns || at->from->time_ns < into->time_ns))
        into->time_ns = at->from->time_ns;
    into->duration_ns = (int64_t)((uint64_t)into->duration_ns + (uint64_t)at->from->duration_ns);
    for (uint32_t i = 0; i < at->from->comments.count; i++) {
        if (profile_comment_is_of_run(profile_string(at->from, at->from->comments.items[i])))
            continue;
        uint32_t comment = move_string(at, at->from->comments.items[i]), known = 0;
        if (comment == NOT_YET)
            return false;
        while (known < into->comments.count && into->comments.items[known] != comment)
            known++;
        if (known == into->comments.count && !profile_add_comment_string(into, comment))
            return false;
    }
    return true;
}

/* ---- the whole ---- */

static uint32_t *create_table(uint32_t count)
{
    uint32_t *table = malloc((size_t)count * sizeof(*table));
    for (uint32_t i = 0; table && i < count; i++)
        table[i] = NOT_YET;
    return table;
}

/* In the source's order, so that its first mapping, the program, comes first here, too. */
static bool move_mappings(struct profile_merger *at)
{
    for (uint32_t i = 1; i < at->from->mappings.count; i++)
        if (move_mapping(at, i) == NOT_YET)
            return false;
    return true;
}

bool profile_merger_add(struct profile_merger *merger, const struct profile *profile)
{
    merger->from = profile;
    merger->strings = create_table(profile->strings.count);
    merger->mappings = create_table(profile->mappings.count);
    merger->functions = create_table(profile->functions.count);
    merger->locations = create_table(profile->locations.count);
    merger->nodes = create_table(profile->nodes.count);
    bool has_memory = merger->strings && merger->mappings && merger->functions &&
                      merger->locations && merger->nodes && add_head(merger) &&
                      move_mappings(merger) && move_nodes(merger) && move_samples(merger);
    free(merger->strings);
    free(merger->mappings);
    free(merger->functions);
    free(merger->locations);
    free(merger->nodes);
    return has_memory;
}

struct profile_merger *profile_merger_create(void)
{
    struct profile_merger *merger = calloc(1, sizeof(*merger));
    if (merger)
        merger->into = profile_create();
    if (merger && merger->into)
        return merger;
    free(merger);
    return NULL;
}

struct profile *profile_merger_finish_growing(struct profile_merger *merger)
{
    struct profile *sum = merger->into;
    merger->into = NULL;
    return sum;
}

struct profile *profile_merger_finish(struct profile_merger *merger)
{
    struct profile *sum = profile_merger_finish_growing(merger);
    profile_drop_index(sum);
    return sum;
}

void profile_merger_destroy(struct profile_merger *merger)
{
    if (!merger)
        return;
    hash_deinit(&merger->known_mappings);
    hash_deinit(&merger->known_locations);
    hash_deinit(&merger->known_samples);
    profile_destroy(merger->into);
    free(merger);
}
