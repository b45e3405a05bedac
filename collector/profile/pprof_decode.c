/* SPDX-License-Identifier: Apache-2.0
 *
 * The outermost message is walked here, its parts are unpacked one at a time by protobuf-c.
 * Tables refer to each other in any order, so there is a pass for strings, one for what needs
 * only them, one for locations and one for samples.  What makes no sense is an error.
 */
#include "collector/profile/pprof_decode.h"
#include "collector/base/budget.h"
#include "collector/profile/gunzip.h"
#include "collector/profile/id_map.h"
#include "collector/profile/profile.pb-c.h"
#include "collector/profile/unpack.h"
#include "collector/profile/wire.h"

#include <stdlib.h>
#include <string.h>

#define TYPES_MAX    64
#define COMMENTS_MAX 4096
#define LINES_MAX    4096 /* of a location */
#define FRAMES_MAX   65536
#define LABELS_MAX   4096 /* of a sample */

struct decoder {
    struct profile *profile;
    uint32_t *strings; /* ours, by theirs */
    uint32_t string_count, string_capacity;
    struct id_map mappings, functions, locations;
    bool no_memory;
    const char *fault; /* the first; NULL: none */
};

static bool fail(struct decoder *decoder, const char *fault)
{
    if (!decoder->fault)
        decoder->fault = fault;
    return false;
}

static bool fail_memory(struct decoder *decoder)
{
    decoder->no_memory = true;
    return fail(decoder, "");
}

static bool is_at_most(struct decoder *decoder, size_t count, size_t most, const char *fault)
{
    return count <= most || fail(decoder, fault);
}

/* --- messages --- */

/* Calls `visit` for each field of the outermost message. */
static bool each_field(struct decoder *decoder, const unsigned char *bytes, size_t count,
                       bool (*visit)(struct decoder *decoder, const struct wire_field *field))
{
    const unsigned char *at = bytes, *end = bytes + count;
    while (at < end) {
        struct wire_field field;
        if (budget_is_over())
            return fail_memory(decoder);
        if (!wire_field(&at, end, &field))
            return fail(decoder, "it is not a profile, or damaged");
        if (!visit(decoder, &field))
            return false;
    }
    return true;
}

/* The message in a field; NULL: fault is set.  Given back by unpack_drop(). */
static void *unpack(struct decoder *decoder, const struct wire_field *field,
                    const ProtobufCMessageDescriptor *descriptor)
{
    void *message = unpack_message(field, descriptor, &decoder->no_memory);
    if (!message)
        fail(decoder, "it is not a profile, or damaged");
    return message;
}

/* --- strings --- */

static bool visit_string(struct decoder *decoder, const struct wire_field *field)
{
    if (field->number != 6)
        return true;
    if (field->wire != 2)
        return fail(decoder, "it is not a profile, or damaged");
    if (decoder->string_count == decoder->string_capacity) {
        uint32_t capacity = decoder->string_capacity ? decoder->string_capacity * 2 : 256;
        uint32_t *moved = capacity ? realloc(decoder->strings, capacity * sizeof(*moved)) : NULL;
        if (!moved)
            return fail_memory(decoder);
        decoder->strings = moved;
        decoder->string_capacity = capacity;
    }
    if (decoder->string_count == 0 && field->count != 0)
        return fail(decoder, "its first string is not empty");
    uint32_t string =
        profile_intern_string_n(decoder->profile, (const char *)field->bytes, field->count);
    if (string == UINT32_MAX)
        return fail_memory(decoder);
    decoder->strings[decoder->string_count++] = string;
    return true;
}

/* Our string for theirs; sets fault when there is none. */
static uint32_t string_of(struct decoder *decoder, int64_t theirs)
{
    if (theirs == 0)
        return 0;
    if (theirs > 0 && theirs < decoder->string_count)
        return decoder->strings[theirs];
    fail(decoder, "it refers to a string that is not there");
    return 0;
}

/* --- types, scalars, mappings, functions --- */

/* Their id of our record `index`. */
static bool note_id(struct decoder *decoder, struct id_map *map, uint64_t id, uint32_t index)
{
    bool is_duplicate = false;
    if (id == 0)
        return fail(decoder, "a record in it has no id");
    if (index != UINT32_MAX && id_map_add(map, id, index, &is_duplicate))
        return true;
    return is_duplicate ? fail(decoder, "two records in it have the same id")
                        : fail_memory(decoder);
}

static bool visit_type(struct decoder *decoder, const struct wire_field *field)
{
    Pprof__ValueType *type = unpack(decoder, field, &pprof__value_type__descriptor);
    if (!type)
        return false;
    struct profile_type ours = {string_of(decoder, type->type), string_of(decoder, type->unit)};
    unpack_drop(type);
    if (decoder->fault)
        return false;
    if (field->number == 11) {
        decoder->profile->period_type = ours;
        return true;
    }
    return is_at_most(decoder, decoder->profile->types.count + 1, TYPES_MAX,
                      "it has more than 64 sample types") &&
           (profile_add_type_strings(decoder->profile, ours) || fail_memory(decoder));
}

static bool visit_mapping(struct decoder *decoder, const struct wire_field *field)
{
    Pprof__Mapping *mapping = unpack(decoder, field, &pprof__mapping__descriptor);
    if (!mapping)
        return false;
    struct profile_mapping ours = {
        .start = mapping->memory_start,
        .limit = mapping->memory_limit,
        .file_offset = mapping->file_offset,
        .file = string_of(decoder, mapping->filename),
        .build_id = string_of(decoder, mapping->build_id),
        .has_functions = mapping->has_functions,
        .has_files = mapping->has_filenames,
        .has_lines = mapping->has_line_numbers,
        .has_inlines = mapping->has_inline_frames,
    };
    uint64_t id = mapping->id;
    unpack_drop(mapping);
    return !decoder->fault &&
           note_id(decoder, &decoder->mappings, id, profile_add_mapping(decoder->profile, &ours));
}

static bool visit_function(struct decoder *decoder, const struct wire_field *field)
{
    Pprof__Function *function = unpack(decoder, field, &pprof__function__descriptor);
    if (!function)
        return false;
    struct profile_function ours = {
        .name = string_of(decoder, function->name),
        .system_name = string_of(decoder, function->system_name),
        .file = string_of(decoder, function->filename),
        .start_line = function->start_line,
    };
    uint64_t id = function->id;
    unpack_drop(function);
    return !decoder->fault &&
           note_id(decoder, &decoder->functions, id, profile_add_function(decoder->profile, &ours));
}

static bool add_comment(struct decoder *decoder, int64_t theirs)
{
    uint32_t string = string_of(decoder, theirs);
    if (decoder->fault || !is_at_most(decoder, decoder->profile->comments.count + 1, COMMENTS_MAX,
                                      "it has more than 4096 comments"))
        return false;
    return profile_add_comment_string(decoder->profile, string) || fail_memory(decoder);
}

static bool visit_comments(struct decoder *decoder, const struct wire_field *field)
{
    if (field->wire == 0)
        return add_comment(decoder, (int64_t)field->value);
    const unsigned char *at = field->bytes, *end = field->bytes + field->count;
    while (at < end) {
        uint64_t value;
        if (!wire_varint(&at, end, &value))
            return fail(decoder, "it is not a profile, or damaged");
        if (!add_comment(decoder, (int64_t)value))
            return false;
    }
    return true;
}

static bool visit_table(struct decoder *decoder, const struct wire_field *field)
{
    struct profile *profile = decoder->profile;
    int64_t value = (int64_t)field->value;
    switch (field->number) {
    case 1:
    case 11:
        return visit_type(decoder, field);
    case 3:
        return visit_mapping(decoder, field);
    case 5:
        return visit_function(decoder, field);
    case 13:
        return visit_comments(decoder, field);
    case 2:
    case 4:
    case 6:
        return true;
    default:
        break;
    }
    if (field->wire != 0)
        return field->number > 14 || fail(decoder, "it is not a profile, or damaged");
    if (field->number == 7)
        profile->drop_frames = string_of(decoder, value);
    else if (field->number == 8)
        profile->keep_frames = string_of(decoder, value);
    else if (field->number == 9)
        profile->time_ns = value;
    else if (field->number == 10)
        profile->duration_ns = value;
    else if (field->number == 12)
        profile->period = value;
    else if (field->number == 14)
        profile->default_type = string_of(decoder, value);
    return !decoder->fault;
}

/* --- locations --- */

static bool add_lines(struct decoder *decoder, const Pprof__Location *location,
                      struct profile_location *ours)
{
    ours->line_first = decoder->profile->lines.count;
    ours->line_count = (uint32_t)location->n_line;
    for (size_t i = 0; i < location->n_line; i++) {
        struct profile_line line = {
            .function = id_map_find(&decoder->functions, location->line[i]->function_id),
            .line = unpack_line(location->line[i]->line),
        };
        if (line.function == 0 && location->line[i]->function_id != 0)
            return fail(decoder, "it refers to a function that is not there");
        if (profile_add_line(decoder->profile, &line) == UINT32_MAX)
            return fail_memory(decoder);
    }
    return true;
}

static bool visit_location(struct decoder *decoder, const struct wire_field *field)
{
    if (field->number != 4)
        return true;
    Pprof__Location *location = unpack(decoder, field, &pprof__location__descriptor);
    if (!location)
        return false;
    struct profile_location ours = {
        .address = location->address,
        .mapping = id_map_find(&decoder->mappings, location->mapping_id),
        .is_folded = location->is_folded,
    };
    uint64_t id = location->id;
    bool is_done =
        is_at_most(decoder, location->n_line, LINES_MAX, "a location has more than 4096 lines") &&
        add_lines(decoder, location, &ours);
    if (is_done && ours.mapping == 0 && location->mapping_id != 0)
        is_done = fail(decoder, "it refers to a mapping that is not there");
    unpack_drop(location);
    return is_done &&
           note_id(decoder, &decoder->locations, id, profile_add_location(decoder->profile, &ours));
}

/* --- samples --- */

/* From the outermost frame, which comes last, to the leaf. */
static bool add_stack(struct decoder *decoder, const Pprof__Sample *sample, uint32_t *leaf)
{
    *leaf = 0;
    for (size_t i = sample->n_location_id; i-- > 0;) {
        uint32_t location = id_map_find(&decoder->locations, sample->location_id[i]);
        if (location == 0)
            return fail(decoder, "it refers to a location that is not there");
        *leaf = profile_intern_node(decoder->profile, *leaf, location);
        if (*leaf == UINT32_MAX)
            return fail_memory(decoder);
    }
    return true;
}

static bool add_labels(struct decoder *decoder, const Pprof__Sample *sample,
                       struct profile_sample *ours)
{
    ours->label_first = decoder->profile->labels.count;
    ours->label_count = (uint32_t)sample->n_label;
    for (size_t i = 0; i < sample->n_label; i++) {
        struct profile_label label = {
            .key = string_of(decoder, sample->label[i]->key),
            .text = string_of(decoder, sample->label[i]->str),
            .unit = string_of(decoder, sample->label[i]->num_unit),
            .number = sample->label[i]->num,
        };
        if (decoder->fault)
            return false;
        if (profile_add_label(decoder->profile, &label) == UINT32_MAX)
            return fail_memory(decoder);
    }
    return true;
}

static bool visit_sample(struct decoder *decoder, const struct wire_field *field)
{
    if (field->number != 2)
        return true;
    Pprof__Sample *sample = unpack(decoder, field, &pprof__sample__descriptor);
    if (!sample)
        return false;
    struct profile_sample ours = {0};
    bool is_done = sample->n_value == decoder->profile->types.count ||
                   fail(decoder, "a sample has not one value for each sample type");
    is_done =
        is_done &&
        is_at_most(decoder, sample->n_location_id, FRAMES_MAX,
                   "a stack has more than 65536 frames") &&
        is_at_most(decoder, sample->n_label, LABELS_MAX, "a sample has more than 4096 labels");
    is_done = is_done && add_stack(decoder, sample, &ours.node);
    is_done = is_done && add_labels(decoder, sample, &ours);
    if (is_done && profile_add_sample(decoder->profile, &ours, sample->value) == UINT32_MAX)
        is_done = fail_memory(decoder);
    unpack_drop(sample);
    return is_done;
}

/* --- whole --- */

static bool decode(struct decoder *decoder, const unsigned char *bytes, size_t count)
{
    return each_field(decoder, bytes, count, visit_string) &&
           each_field(decoder, bytes, count, visit_table) &&
           each_field(decoder, bytes, count, visit_location) &&
           each_field(decoder, bytes, count, visit_sample) &&
           (decoder->profile->types.count > 0 || fail(decoder, "it has no sample type"));
}

struct error *pprof_decode(const void *bytes, size_t count, const char *name,
                           struct profile **profile)
{
    unsigned char *unpacked = NULL;
    struct error *error = NULL;
    if (count == 0)
        return error_create("cannot read the profile: %s: it is empty", name);
    if (gunzip_is_packed(bytes, count)) {
        error = gunzip(bytes, count, name, &unpacked, &count);
        if (error)
            return error;
        bytes = unpacked;
    }
    struct decoder decoder = {.profile = profile_create()};
    if (!decoder.profile)
        fail_memory(&decoder);
    else if (decode(&decoder, bytes, count))
        profile_drop_index(decoder.profile);
    if (decoder.fault) {
        error = decoder.no_memory
                    ? budget_error("cannot read the profile: %s", name)
                    : error_create("cannot read the profile: %s: %s", name, decoder.fault);
        profile_destroy(decoder.profile);
    } else {
        *profile = decoder.profile;
    }
    free(decoder.strings);
    id_map_deinit(&decoder.mappings);
    id_map_deinit(&decoder.functions);
    id_map_deinit(&decoder.locations);
    free(unpacked);
    return error;
}
