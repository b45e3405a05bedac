/* SPDX-License-Identifier: Apache-2.0
 *
 * The pools of a profile and the indexes that keep their records unique.
 */
#include "collector/profile/profile.h"
#include "collector/base/clean.h"
#include "collector/base/utf8.h"
#include "collector/profile/hash.h"

#include <stdlib.h>
#include <string.h>

struct profile_index {
    struct hash_index strings, functions, nodes;
    bool has_dropped_nodes;
};

/* The records of a pool, moved if need be so that `more` fit; NULL: no memory. */
static void *grow(void *items, uint32_t count, uint32_t *capacity, size_t item_bytes, uint32_t more)
{
    uint64_t wanted = (uint64_t)count + more;
    if (wanted > UINT32_MAX - 1)
        return NULL;
    uint64_t larger = wanted < 16 ? 16 : wanted + wanted / 2;
    if (larger > UINT32_MAX - 1)
        larger = UINT32_MAX - 1;
    void *moved = realloc(items, larger * item_bytes);
    if (moved)
        *capacity = (uint32_t)larger;
    return moved;
}

#define RESERVE(pool, more)                                                                        \
    ({                                                                                             \
        bool has_room = (more) <= (pool).capacity - (pool).count;                                  \
        if (!has_room) {                                                                           \
            void *moved =                                                                          \
                grow((pool).items, (pool).count, &(pool).capacity, sizeof(*(pool).items), (more)); \
            has_room = moved != NULL;                                                              \
            if (has_room)                                                                          \
                (pool).items = moved;                                                              \
        }                                                                                          \
        has_room;                                                                                  \
    })

/* Appends a copy of *record; its index, or UINT32_MAX. */
#define APPEND(pool, record)                                                                       \
    (RESERVE(pool, 1) ? ((pool).items[(pool).count] = *(record), (pool).count++) : UINT32_MAX)

struct profile *profile_create(void)
{
    struct profile *profile = calloc(1, sizeof(*profile));
    if (!profile)
        return NULL;
    profile->index = calloc(1, sizeof(*profile->index));
    /* The records 0 are never looked at. */
    if (!profile->index || profile_intern_string(profile, "") != 0 ||
        APPEND(profile->mappings, &(struct profile_mapping){0}) != 0 ||
        APPEND(profile->functions, &(struct profile_function){0}) != 0 ||
        APPEND(profile->locations, &(struct profile_location){0}) != 0 ||
        APPEND(profile->nodes, &(struct profile_node){0}) != 0) {
        profile_destroy(profile);
        return NULL;
    }
    return profile;
}

void profile_drop_node_index(struct profile *profile)
{
    if (!profile->index)
        return;
    hash_deinit(&profile->index->nodes);
    profile->index->has_dropped_nodes = true;
}

void profile_replace_nodes(struct profile *profile, struct profile_node *nodes, uint32_t count,
                           uint32_t capacity)
{
    free(profile->nodes.items);
    profile->nodes.items = nodes;
    profile->nodes.count = count, profile->nodes.capacity = capacity;
    if (profile->index)
        hash_deinit(&profile->index->nodes);
}

void profile_drop_index(struct profile *profile)
{
    if (!profile->index)
        return;
    hash_deinit(&profile->index->strings);
    hash_deinit(&profile->index->functions);
    hash_deinit(&profile->index->nodes);
    free(profile->index);
    profile->index = NULL;
}

void profile_destroy(struct profile *profile)
{
    if (!profile)
        return;
    profile_drop_index(profile);
    free(profile->bytes.items);
    free(profile->strings.items);
    free(profile->types.items);
    free(profile->mappings.items);
    free(profile->functions.items);
    free(profile->lines.items);
    free(profile->locations.items);
    free(profile->nodes.items);
    free(profile->labels.items);
    free(profile->samples.items);
    free(profile->values.items);
    free(profile->comments.items);
    free(profile);
}

/* --- copies --- */

static bool copy_items(void **items, const void *from, uint32_t count, uint32_t *capacity,
                       size_t item_bytes)
{
    *capacity = count;
    *items = count ? malloc(count * item_bytes) : NULL;
    if (*items)
        memcpy(*items, from, count * item_bytes);
    return *items || count == 0;
}

/* The pool is a shallow copy of the original's until then. */
#define COPY(pool)                                                                                 \
    copy_items((void **)&(pool).items, (pool).items, (pool).count, &(pool).capacity,               \
               sizeof(*(pool).items))

static bool copy_index(struct profile *copy, const struct profile_index *from)
{
    copy->index = calloc(1, sizeof(*copy->index));
    if (!copy->index)
        return false;
    copy->index->has_dropped_nodes = from->has_dropped_nodes;
    return hash_copy(&copy->index->strings, &from->strings) &&
           hash_copy(&copy->index->functions, &from->functions) &&
           hash_copy(&copy->index->nodes, &from->nodes);
}

struct profile *profile_copy(const struct profile *profile, bool is_grown)
{
    struct profile *copy = malloc(sizeof(*copy));
    if (!copy)
        return NULL;
    *copy = *profile;
    copy->index = NULL;
    /* Every pool is copied, so that none is shared when one of them fails. */
    bool has_memory = COPY(copy->bytes);
    has_memory &= COPY(copy->strings);
    has_memory &= COPY(copy->types);
    has_memory &= COPY(copy->mappings);
    has_memory &= COPY(copy->functions);
    has_memory &= COPY(copy->lines);
    has_memory &= COPY(copy->locations);
    has_memory &= COPY(copy->nodes);
    has_memory &= COPY(copy->labels);
    has_memory &= COPY(copy->samples);
    has_memory &= COPY(copy->values);
    has_memory &= COPY(copy->comments);
    if (is_grown && profile->index)
        has_memory &= copy_index(copy, profile->index);
    if (has_memory)
        return copy;
    profile_destroy(copy);
    return NULL;
}

/* --- strings --- */

/* Strings lie one after the other, so the next one's offset ends this one. */
static size_t string_length(const struct profile *profile, uint32_t string)
{
    uint32_t end = string + 1 < profile->strings.count ? profile->strings.items[string + 1]
                                                       : profile->bytes.count;
    return end - profile->strings.items[string] - 1;
}

const char *profile_string(const struct profile *profile, uint32_t string)
{
    if (string >= profile->strings.count)
        return "";
    return profile->bytes.items + profile->strings.items[string];
}

/* A copy where the next string goes, which is no string yet: it may have to be changed to be
 * UTF-8.  NULL: no memory. */
static char *place_string(struct profile *profile, const char *text, size_t length)
{
    if (length >= UINT32_MAX || !RESERVE(profile->bytes, (uint32_t)length + 1) ||
        !RESERVE(profile->strings, 1))
        return NULL;
    char *copy = profile->bytes.items + profile->bytes.count;
    memcpy(copy, text, length);
    copy[length] = '\0';
    utf8_sanitize(copy, length);
    return copy;
}

/* Makes it one. */
static uint32_t append_placed(struct profile *profile, size_t length)
{
    uint32_t string = profile->strings.count;
    profile->strings.items[profile->strings.count++] = profile->bytes.count;
    profile->bytes.count += (uint32_t)length + 1;
    return string;
}

uint32_t profile_intern_string_n(struct profile *profile, const char *text, size_t length)
{
    char *copy = profile->index && hash_reserve(&profile->index->strings)
                     ? place_string(profile, text, length)
                     : NULL;
    if (!copy)
        return UINT32_MAX;
    struct hash_index *index = &profile->index->strings;
    uint64_t hash = hash_bytes(copy, length);
    uint32_t slot = hash_first(index, hash), known;
    for (; (known = index->slots[slot].record); slot = hash_next(index, slot, hash)) {
        uint32_t string = known - 1;
        if (string_length(profile, string) == length &&
            memcmp(profile_string(profile, string), copy, length) == 0)
            return string;
    }
    uint32_t string = append_placed(profile, length);
    hash_set(index, slot, hash, string + 1);
    return string;
}

uint32_t profile_intern_string(struct profile *profile, const char *text)
{
    return profile_intern_string_n(profile, text, strlen(text));
}

/* --- functions and nodes --- */

static uint64_t hash_of_function(const struct profile_function *function)
{
    return hash_pair((uint64_t)function->name << 32 | function->system_name,
                     (uint64_t)function->file << 32 ^ (uint64_t)function->start_line);
}

uint32_t profile_intern_function(struct profile *profile, const struct profile_function *function)
{
    if (!profile->index || !hash_reserve(&profile->index->functions))
        return UINT32_MAX;
    struct hash_index *index = &profile->index->functions;
    uint64_t hash = hash_of_function(function);
    uint32_t slot = hash_first(index, hash), known;
    for (; (known = index->slots[slot].record); slot = hash_next(index, slot, hash)) {
        const struct profile_function *other = &profile->functions.items[known];
        if (other->name == function->name && other->system_name == function->system_name &&
            other->file == function->file && other->start_line == function->start_line)
            return known;
    }
    uint32_t added = APPEND(profile->functions, function);
    if (added != UINT32_MAX)
        hash_set(index, slot, hash, added);
    return added;
}

/* Most nodes have one child, which was added right after them: it is found there, and
 * only the others are in the index.  (100 000 stacks of 100 frames that share none: the
 * whole of `memprof collect` took 1.9 instead of 4.0 s, and 16 bytes a node less: `make bench
 * SECTIONS=collecting`.) */
uint32_t profile_intern_node(struct profile *profile, uint32_t parent, uint32_t location)
{
    if (!profile->index || profile->index->has_dropped_nodes)
        return UINT32_MAX;
    const struct profile_node node = {parent, location};
    uint32_t next = parent + 1;
    if (parent != 0 && next == profile->nodes.count)
        return APPEND(profile->nodes, &node);
    if (parent != 0 && profile->nodes.items[next].parent == parent &&
        profile->nodes.items[next].location == location)
        return next;
    struct hash_index *index = &profile->index->nodes;
    if (!hash_reserve(index))
        return UINT32_MAX;
    uint64_t hash = hash_pair(parent, location);
    uint32_t slot = hash_first(index, hash), known;
    for (; (known = index->slots[slot].record); slot = hash_next(index, slot, hash)) {
        const struct profile_node *other = &profile->nodes.items[known];
        if (other->parent == parent && other->location == location)
            return known;
    }
    uint32_t added = APPEND(profile->nodes, &node);
    if (added != UINT32_MAX)
        hash_set(index, slot, hash, added);
    return added;
}

/* --- plain pools --- */

uint32_t profile_add_mapping(struct profile *profile, const struct profile_mapping *mapping)
{
    return APPEND(profile->mappings, mapping);
}

uint32_t profile_add_function(struct profile *profile, const struct profile_function *function)
{
    return APPEND(profile->functions, function);
}

uint32_t profile_add_location(struct profile *profile, const struct profile_location *location)
{
    return APPEND(profile->locations, location);
}

uint32_t profile_add_line(struct profile *profile, const struct profile_line *line)
{
    return APPEND(profile->lines, line);
}

uint32_t profile_add_label(struct profile *profile, const struct profile_label *label)
{
    return APPEND(profile->labels, label);
}

uint32_t profile_add_sample(struct profile *profile, const struct profile_sample *sample,
                            const int64_t *values)
{
    uint32_t types = profile->types.count;
    if (!RESERVE(profile->values, types))
        return UINT32_MAX;
    uint32_t added = APPEND(profile->samples, sample);
    if (added == UINT32_MAX)
        return UINT32_MAX;
    if (types > 0)
        memcpy(profile->values.items + profile->values.count, values, types * sizeof(*values));
    profile->values.count += types;
    return added;
}

bool profile_add_type(struct profile *profile, const char *type, const char *unit)
{
    struct profile_type added = {profile_intern_string(profile, type),
                                 profile_intern_string(profile, unit)};
    return added.type != UINT32_MAX && added.unit != UINT32_MAX &&
           profile_add_type_strings(profile, added);
}

bool profile_add_type_strings(struct profile *profile, struct profile_type type)
{
    return APPEND(profile->types, &type) != UINT32_MAX;
}

bool profile_add_comment(struct profile *profile, const char *text)
{
    size_t length = strlen(text);
    return place_string(profile, text, length) &&
           profile_add_comment_string(profile, append_placed(profile, length));
}

bool profile_add_comment_string(struct profile *profile, uint32_t string)
{
    return APPEND(profile->comments, &string) != UINT32_MAX;
}

void profile_clean(struct profile *profile)
{
    for (uint32_t i = 0; i < profile->strings.count; i++)
        clean_bytes(profile->bytes.items + profile->strings.items[i], string_length(profile, i));
}

/* --- questions --- */

int profile_find_type(const struct profile *profile, const char *name)
{
    for (uint32_t i = 0; i < profile->types.count; i++)
        if (strcmp(profile_string(profile, profile->types.items[i].type), name) == 0)
            return (int)i;
    return -1;
}

int profile_default_type(const struct profile *profile)
{
    int type = profile_find_type(profile, profile_string(profile, profile->default_type));
    return type >= 0 && profile->default_type != 0 ? type : (int)profile->types.count - 1;
}

int64_t profile_total(const struct profile *profile, int type)
{
    uint64_t total = 0; /* wraps as Go's does */
    if (type < 0 || (uint32_t)type >= profile->types.count)
        return 0;
    for (uint32_t i = 0; i < profile->samples.count; i++)
        total += (uint64_t)profile->values.items[(size_t)i * profile->types.count + (size_t)type];
    return (int64_t)total;
}
