/* SPDX-License-Identifier: Apache-2.0
 *
 * Numbers are labels, since most of a stack's are zero: a value type for each would take ten times
 * the memory.
 */
#include "collector/lifetimes/sidecar.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

struct filling {
    struct profile *profile;
    uint32_t *keys; /* strings, by field and index in it, in order; 0: not interned yet */
    struct profile_sample sample;
    bool has_memory;
};

static int64_t to_number(uint64_t value)
{
    return value > INT64_MAX ? INT64_MAX : (int64_t)value;
}

static void add_label(struct filling *at, uint32_t key, uint64_t value)
{
    struct profile_label label = {.key = key, .number = to_number(value)};
    uint32_t added = key == UINT32_MAX ? UINT32_MAX : profile_add_label(at->profile, &label);
    if (added == UINT32_MAX)
        at->has_memory = false;
    else if (at->sample.label_count++ == 0)
        at->sample.label_first = added;
}

static uint32_t key_of(struct filling *at, const char *name, uint64_t index)
{
    char text[80];
    snprintf(text, sizeof(text), "%s/%" PRIu64, name, index);
    return profile_intern_string(at->profile, text);
}

static void begin(struct filling *at, uint32_t node, const char *what, uint32_t number)
{
    at->sample = (struct profile_sample){.node = node};
    add_label(at, profile_intern_string(at->profile, what), number);
}

static void end(struct filling *at, uint64_t allocated, uint64_t freed)
{
    const int64_t values[] = {to_number(allocated), to_number(freed)};
    if (at->has_memory)
        at->has_memory = profile_add_sample(at->profile, &at->sample, values) != UINT32_MAX;
}

static void add_fields(struct filling *at, const struct lifetime *life)
{
    unsigned key = 0;
    for (unsigned f = 0; f < lifetime_field_count; f++) {
        const struct lifetime_field *field = &lifetime_fields[f];
        const uint64_t *values = (const uint64_t *)((const char *)life + field->offset);
        for (unsigned i = 0; i < field->count; i++, key++) {
            if (values[i] == 0)
                continue;
            if (at->keys[key] == 0)
                at->keys[key] = field->count == 1 ? profile_intern_string(at->profile, field->name)
                                                  : key_of(at, field->name, i);
            add_label(at, at->keys[key], values[i]);
        }
    }
}

static void add_stack(struct filling *at, const struct lifetimes *lifetimes, uint32_t number)
{
    const struct lifetimes_stack *stack = &lifetimes->stacks[number];
    begin(at, stack->node, "stack", number + 1);
    add_fields(at, &stack->life);
    for (uint32_t i = 0; i < stack->size_count; i++) {
        const struct lifetimes_size *size = &lifetimes->sizes[stack->size_first + i];
        add_label(at, key_of(at, "size", size->bytes), size->objects);
    }
    end(at, stack->life.allocated, 0);
    for (uint32_t i = 0; i < stack->free_count && at->has_memory; i++) {
        const struct lifetimes_free *freed = &lifetimes->frees[stack->free_first + i];
        begin(at, freed->node, "freed_of", number + 1);
        end(at, 0, freed->count);
    }
}

static bool add_number(struct profile *profile, const char *key, uint64_t number)
{
    char text[80];
    snprintf(text, sizeof(text), "memprof: %s %" PRIu64, key, number);
    return profile_add_comment(profile, text);
}

bool sidecar_fill(struct lifetimes *lifetimes)
{
    unsigned keys = 0;
    for (unsigned f = 0; f < lifetime_field_count; f++)
        keys += lifetime_fields[f].count;
    struct profile *profile = lifetimes->profile;
    struct filling at = {.profile = profile, .keys = calloc(keys, sizeof(*at.keys))};
    at.has_memory = at.keys && profile_add_type(profile, "allocated", "count") &&
                    profile_add_type(profile, "freed", "count") &&
                    add_number(profile, "lifetimes", SIDECAR_FORMAT) &&
                    add_number(profile, "lifetimes_windows", lifetimes->windows) &&
                    add_number(profile, "lifetimes_interval", lifetimes->interval_bytes) &&
                    add_number(profile, "start_ns", lifetimes->start_ns) &&
                    add_number(profile, "run_ns", lifetimes->run_ns);
    profile->default_type = profile_intern_string(profile, "allocated");
    at.has_memory = at.has_memory && profile->default_type != UINT32_MAX;
    for (uint32_t i = 0; i < lifetimes->stack_count && at.has_memory; i++)
        add_stack(&at, lifetimes, i);
    free(at.keys);
    return at.has_memory;
}
