/* SPDX-License-Identifier: Apache-2.0
 *
 * The decoder of profiles has bounded what there is; here it gets its meaning.  A label that is not
 * known is left out: a later memprof may have more of them in the same format.
 */
#include "collector/lifetimes/sidecar.h"
#include "collector/profile/comment.h"
#include "collector/profile/file.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* What a key means. */
enum meaning { OTHER, STACK, FREED_OF, SIZE, FIELD };

struct key {
    bool is_known;
    enum meaning meaning;
    uint64_t number; /* FIELD: the offset in struct lifetime; SIZE: bytes */
};

struct reading {
    struct lifetimes *lifetimes;
    const struct profile *profile;
    struct key *keys; /* by string */
    const char *fault;
};

static bool fail(struct reading *at, const char *fault)
{
    if (!at->fault)
        at->fault = fault;
    return false;
}

static bool parse(const char *text, uint64_t *number)
{
    char *end;
    *number = strtoull(text, &end, 10);
    return *text >= '0' && *text <= '9' && *end == '\0';
}

static struct key understand_key(const char *text)
{
    struct key key = {.is_known = true};
    const char *slash = strchr(text, '/');
    size_t length = slash ? (size_t)(slash - text) : strlen(text);
    uint64_t index = 0;
    if (slash && !parse(slash + 1, &index))
        return key;
    if (strcmp(text, "stack") == 0)
        key.meaning = STACK;
    else if (strcmp(text, "freed_of") == 0)
        key.meaning = FREED_OF;
    else if (slash && length == 4 && memcmp(text, "size", 4) == 0)
        key = (struct key){true, SIZE, index};
    for (unsigned f = 0; f < lifetime_field_count; f++) {
        const struct lifetime_field *field = &lifetime_fields[f];
        if (strlen(field->name) == length && memcmp(field->name, text, length) == 0 &&
            (field->count > 1) == (slash != NULL) && index < field->count)
            key = (struct key){true, FIELD, field->offset + index * sizeof(uint64_t)};
    }
    return key;
}

static const struct key *key_of(struct reading *at, uint32_t string)
{
    struct key *key = &at->keys[string];
    if (!key->is_known)
        *key = understand_key(profile_string(at->profile, string));
    return key;
}

static const struct profile_label *label_of(const struct reading *at,
                                            const struct profile_sample *sample, uint32_t i)
{
    return &at->profile->labels.items[sample->label_first + i];
}

static bool take_stack(struct reading *at, const struct profile_sample *sample)
{
    if (!lifetimes_add_stack(at->lifetimes, sample->node))
        return fail(at, "out of memory");
    struct lifetimes_stack *stack = &at->lifetimes->stacks[at->lifetimes->stack_count - 1];
    for (uint32_t i = 1; i < sample->label_count; i++) {
        const struct profile_label *label = label_of(at, sample, i);
        const struct key *key = key_of(at, label->key);
        if (label->number < 0)
            return fail(at, "it has a number below zero");
        if (key->meaning == FIELD)
            *(uint64_t *)((char *)&stack->life + key->number) = (uint64_t)label->number;
        else if (key->meaning == SIZE &&
                 !lifetimes_add_size(at->lifetimes, key->number, (uint64_t)label->number))
            return fail(at, "out of memory");
    }
    return true;
}

static bool take_free(struct reading *at, const struct profile_sample *sample, uint32_t index)
{
    int64_t count = at->profile->values.items[(size_t)index * at->profile->types.count + 1];
    if (count < 0)
        return fail(at, "it has a number below zero");
    return lifetimes_add_free(at->lifetimes, sample->node, (uint64_t)count) ||
           fail(at, "out of memory");
}

/* A stack is followed by where its blocks were freed. */
static bool take_sample(struct reading *at, uint32_t index)
{
    const struct profile_sample *sample = &at->profile->samples.items[index];
    if (sample->label_count == 0)
        return fail(at, "a sample in it says nothing");
    const struct profile_label *first = label_of(at, sample, 0);
    enum meaning meaning = key_of(at, first->key)->meaning;
    if (meaning == STACK)
        return first->number == (int64_t)at->lifetimes->stack_count + 1
                   ? take_stack(at, sample)
                   : fail(at, "its stacks are not in order");
    if (meaning == FREED_OF)
        return first->number == (int64_t)at->lifetimes->stack_count && first->number > 0
                   ? take_free(at, sample, index)
                   : fail(at, "it frees blocks of a stack that is not there");
    return true;
}

static bool take_samples(struct reading *at)
{
    at->keys = calloc((size_t)at->profile->strings.count + 1, sizeof(*at->keys));
    if (!at->keys)
        return fail(at, "out of memory");
    bool is_done = true;
    for (uint32_t i = 0; i < at->profile->samples.count && is_done; i++)
        is_done = take_sample(at, i);
    free(at->keys);
    return is_done;
}

static bool has_types(const struct profile *profile)
{
    return profile->types.count == 2 && profile_find_type(profile, "allocated") == 0 &&
           profile_find_type(profile, "freed") == 1;
}

bool sidecar_is(const struct profile *profile)
{
    uint64_t format;
    return profile_find_number(profile, "lifetimes", &format);
}

struct error *sidecar_understand(struct lifetimes *lifetimes, struct profile *profile,
                                 const char *name)
{
    uint64_t format;
    lifetimes_init(lifetimes);
    lifetimes->profile = profile;
    struct reading at = {.lifetimes = lifetimes, .profile = profile};
    if (!profile_find_number(profile, "lifetimes", &format))
        return error_create("cannot read the lifetimes: %s: it is no file of lifetimes", name);
    if (format != SIDECAR_FORMAT)
        return error_create("cannot read the lifetimes: %s: its format is %" PRIu64
                            ", and this memprof knows %d; try the memprof that wrote it",
                            name, format, SIDECAR_FORMAT);
    profile_find_number(profile, "lifetimes_windows", &lifetimes->windows);
    profile_find_number(profile, "start_ns", &lifetimes->start_ns);
    profile_find_number(profile, "run_ns", &lifetimes->run_ns);
    if (!profile_find_number(profile, "lifetimes_interval", &lifetimes->interval_bytes) ||
        lifetimes->interval_bytes == 0)
        fail(&at, "it does not say how it was recorded");
    else if (!has_types(profile))
        fail(&at, "its values are not those of lifetimes");
    else
        take_samples(&at);
    return at.fault ? error_create("cannot read the lifetimes: %s: %s", name, at.fault) : NULL;
}

struct error *sidecar_read(struct lifetimes *lifetimes, const char *path)
{
    struct profile *profile;
    lifetimes_init(lifetimes);
    struct error *error = profile_read(path, &profile);
    return error ? error : sidecar_understand(lifetimes, profile, path);
}
