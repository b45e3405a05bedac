/* SPDX-License-Identifier: Apache-2.0
 *
 * The message tree of a whole profile would be many times the profile's size.
 * So the outermost message is written here, field by field, and only one
 * sample, location and so on at a time is given to protobuf-c, packed into a
 * scratch buffer and from there deflated: the same bytes in little memory.
 */
#include "collector/profile/pprof_encode.h"
#include "collector/base/budget.h"
#include "collector/profile/gzip_writer.h"
#include "collector/profile/profile.pb-c.h"

#include <stdlib.h>
#include <string.h>

/* zlib's, of 1 to 9: a third to a half of the instructions of 6, its default, and a profile that
 * is 4 to 6 % larger.  Deflating is the largest part of a small program's end. */
#define GZIP_LEVEL 3
#define FRAMES_MAX (UINT64_C(1) << 30) /* of all samples: more is a broken state */
#define STACK_MAX  65536u              /* frames of one sample; outer ones are left out */

/* Field numbers of message Profile. */
enum field {
    FIELD_SAMPLE_TYPE = 1,
    FIELD_SAMPLE = 2,
    FIELD_MAPPING = 3,
    FIELD_LOCATION = 4,
    FIELD_FUNCTION = 5,
    FIELD_STRING = 6,
};

struct encoder {
    const struct profile *profile;
    struct gzip_writer writer;
    bool no_memory, is_too_large; /* no_memory: or time */
    uint8_t *scratch;
    size_t scratch_bytes;
    uint64_t *stack; /* location ids of the sample at hand */
    size_t stack_capacity;
    void *items; /* other arrays of pointers and messages */
    size_t items_bytes;
    uint64_t frames;
    pprof_progress *progress;
    void *context;
};

/* A buffer of at least `bytes`; NULL sets no_memory. */
static void *ensure(struct encoder *encoder, void *buffer, size_t *capacity_bytes, size_t bytes)
{
    if (bytes <= *capacity_bytes)
        return buffer;
    size_t larger = bytes + bytes / 2 + 256;
    void *moved = realloc(buffer, larger);
    if (!moved) {
        encoder->no_memory = true;
        return NULL;
    }
    *capacity_bytes = larger;
    return moved;
}

static size_t put_varint(uint8_t *out, uint64_t value)
{
    size_t count = 0;
    for (; value >= 0x80; value >>= 7)
        out[count++] = (uint8_t)(value | 0x80);
    out[count++] = (uint8_t)value;
    return count;
}

/* A length-delimited field of the outermost message. */
static void put_bytes(struct encoder *encoder, enum field field, const void *bytes, size_t count)
{
    uint8_t head[11];
    head[0] = (uint8_t)(field << 3 | 2);
    size_t head_bytes = 1 + put_varint(head + 1, count);
    gzip_writer_add(&encoder->writer, head, head_bytes);
    gzip_writer_add(&encoder->writer, bytes, count);
}

static bool pack(struct encoder *encoder, const ProtobufCMessage *message, size_t *count)
{
    *count = protobuf_c_message_get_packed_size(message);
    uint8_t *scratch = ensure(encoder, encoder->scratch, &encoder->scratch_bytes, *count + 1);
    if (!scratch)
        return false;
    encoder->scratch = scratch;
    protobuf_c_message_pack(message, scratch);
    return true;
}

static void put_message(struct encoder *encoder, enum field field, const ProtobufCMessage *message)
{
    size_t count;
    if (pack(encoder, message, &count))
        put_bytes(encoder, field, encoder->scratch, count);
}

static void put_types(struct encoder *encoder)
{
    const struct profile *profile = encoder->profile;
    for (uint32_t i = 0; i < profile->types.count; i++) {
        Pprof__ValueType type = PPROF__VALUE_TYPE__INIT;
        type.type = profile->types.items[i].type;
        type.unit = profile->types.items[i].unit;
        put_message(encoder, FIELD_SAMPLE_TYPE, &type.base);
    }
}

/* Leaf first, as pprof has it. */
static bool fill_stack(struct encoder *encoder, uint32_t leaf, Pprof__Sample *message)
{
    const struct profile *profile = encoder->profile;
    size_t depth = 0;
    for (uint32_t node = leaf; node != 0 && node < profile->nodes.count && depth < STACK_MAX;
         node = profile->nodes.items[node].parent) {
        uint64_t *stack =
            ensure(encoder, encoder->stack, &encoder->stack_capacity, (depth + 1) * sizeof(*stack));
        if (!stack)
            return false;
        encoder->stack = stack;
        stack[depth++] = profile->nodes.items[node].location;
        encoder->no_memory |= budget_is_over();
    }
    message->n_location_id = depth;
    message->location_id = encoder->stack;
    encoder->frames += depth;
    encoder->is_too_large = encoder->frames > FRAMES_MAX;
    return !encoder->is_too_large;
}

static bool fill_labels(struct encoder *encoder, const struct profile_sample *sample,
                        Pprof__Sample *message)
{
    size_t count = sample->label_count;
    if (count == 0)
        return true;
    Pprof__Label **pointers = ensure(encoder, encoder->items, &encoder->items_bytes,
                                     count * (sizeof(*pointers) + sizeof(**pointers)));
    if (!pointers)
        return false;
    encoder->items = pointers;
    Pprof__Label *labels = (Pprof__Label *)(pointers + count);
    for (size_t i = 0; i < count; i++) {
        const struct profile_label *label =
            &encoder->profile->labels.items[sample->label_first + i];
        pprof__label__init(&labels[i]);
        labels[i].key = label->key;
        labels[i].str = label->text;
        labels[i].num = label->number;
        labels[i].num_unit = label->unit;
        pointers[i] = &labels[i];
    }
    message->n_label = count;
    message->label = pointers;
    return true;
}

static bool is_failed(const struct encoder *encoder)
{
    return encoder->no_memory || encoder->is_too_large || encoder->writer.error;
}

static void put_samples(struct encoder *encoder)
{
    const struct profile *profile = encoder->profile;
    uint32_t types = profile->types.count;
    for (uint32_t i = 0; i < profile->samples.count && !is_failed(encoder); i++) {
        const struct profile_sample *sample = &profile->samples.items[i];
        Pprof__Sample message = PPROF__SAMPLE__INIT;
        if (!fill_stack(encoder, sample->node, &message) || !fill_labels(encoder, sample, &message))
            return;
        message.n_value = types;
        message.value = profile->values.items + (size_t)i * types;
        put_message(encoder, FIELD_SAMPLE, &message.base);
        if (encoder->progress && i % 1024 == 0)
            encoder->progress(encoder->context, i, profile->samples.count);
    }
}

static void put_mappings(struct encoder *encoder)
{
    const struct profile *profile = encoder->profile;
    for (uint32_t i = 1; i < profile->mappings.count; i++) {
        const struct profile_mapping *mapping = &profile->mappings.items[i];
        Pprof__Mapping message = PPROF__MAPPING__INIT;
        message.id = i;
        message.memory_start = mapping->start;
        message.memory_limit = mapping->limit;
        message.file_offset = mapping->file_offset;
        message.filename = mapping->file;
        message.build_id = mapping->build_id;
        message.has_functions = mapping->has_functions;
        message.has_filenames = mapping->has_files;
        message.has_line_numbers = mapping->has_lines;
        message.has_inline_frames = mapping->has_inlines;
        put_message(encoder, FIELD_MAPPING, &message.base);
    }
}

static bool fill_lines(struct encoder *encoder, const struct profile_location *location,
                       Pprof__Location *message)
{
    size_t count = location->line_count;
    if (count == 0)
        return true;
    Pprof__Line **pointers = ensure(encoder, encoder->items, &encoder->items_bytes,
                                    count * (sizeof(*pointers) + sizeof(**pointers)));
    if (!pointers)
        return false;
    encoder->items = pointers;
    Pprof__Line *lines = (Pprof__Line *)(pointers + count);
    for (size_t i = 0; i < count; i++) {
        const struct profile_line *line = &encoder->profile->lines.items[location->line_first + i];
        pprof__line__init(&lines[i]);
        lines[i].function_id = line->function;
        lines[i].line = line->line;
        pointers[i] = &lines[i];
    }
    message->n_line = count;
    message->line = pointers;
    return true;
}

static void put_locations(struct encoder *encoder)
{
    const struct profile *profile = encoder->profile;
    for (uint32_t i = 1; i < profile->locations.count && !is_failed(encoder); i++) {
        const struct profile_location *location = &profile->locations.items[i];
        Pprof__Location message = PPROF__LOCATION__INIT;
        message.id = i;
        message.mapping_id = location->mapping;
        message.address = location->address;
        message.is_folded = location->is_folded;
        if (!fill_lines(encoder, location, &message))
            return;
        put_message(encoder, FIELD_LOCATION, &message.base);
    }
}

static void put_functions(struct encoder *encoder)
{
    const struct profile *profile = encoder->profile;
    for (uint32_t i = 1; i < profile->functions.count && !is_failed(encoder); i++) {
        const struct profile_function *function = &profile->functions.items[i];
        Pprof__Function message = PPROF__FUNCTION__INIT;
        message.id = i;
        message.name = function->name;
        message.system_name = function->system_name;
        message.filename = function->file;
        message.start_line = function->start_line;
        put_message(encoder, FIELD_FUNCTION, &message.base);
    }
}

static void put_strings(struct encoder *encoder)
{
    for (uint32_t i = 0; i < encoder->profile->strings.count && !is_failed(encoder); i++) {
        const char *string = profile_string(encoder->profile, i);
        put_bytes(encoder, FIELD_STRING, string, strlen(string));
    }
}

/* The fields that are no lists of messages, by protobuf-c in one piece. */
static void put_rest(struct encoder *encoder)
{
    const struct profile *profile = encoder->profile;
    Pprof__ValueType period_type = PPROF__VALUE_TYPE__INIT;
    period_type.type = profile->period_type.type;
    period_type.unit = profile->period_type.unit;
    Pprof__Profile message = PPROF__PROFILE__INIT;
    message.drop_frames = profile->drop_frames;
    message.keep_frames = profile->keep_frames;
    message.time_nanos = profile->time_ns;
    message.duration_nanos = profile->duration_ns;
    message.period_type = &period_type;
    message.period = profile->period;
    message.default_sample_type = profile->default_type;
    size_t count = profile->comments.count;
    int64_t *comments =
        ensure(encoder, encoder->items, &encoder->items_bytes, (count + 1) * sizeof(*comments));
    if (!comments)
        return;
    encoder->items = comments;
    for (size_t i = 0; i < count; i++)
        comments[i] = profile->comments.items[i];
    message.n_comment = count;
    message.comment = comments;
    size_t packed;
    if (pack(encoder, &message.base, &packed))
        gzip_writer_add(&encoder->writer, encoder->scratch, packed);
}

static struct error *run(struct encoder *encoder, const char *name)
{
    put_types(encoder);
    put_samples(encoder);
    put_mappings(encoder);
    put_locations(encoder);
    put_functions(encoder);
    put_strings(encoder);
    put_rest(encoder);
    if (encoder->no_memory)
        return budget_error("cannot write the profile: %s", name);
    if (encoder->is_too_large)
        return error_create("cannot write the profile: %s: its stacks hold too many frames; "
                            "try --max-samples=16000",
                            name);
    if (!gzip_writer_finish(&encoder->writer))
        return error_create_errno(encoder->writer.error, "cannot write the profile: %s", name);
    return NULL;
}

struct error *pprof_encode(const struct profile *profile, int fd, const char *name,
                           pprof_progress *progress, void *context)
{
    struct encoder *encoder = calloc(1, sizeof(*encoder));
    if (!encoder)
        return error_create("cannot write the profile: %s: out of memory", name);
    encoder->profile = profile;
    encoder->progress = progress;
    encoder->context = context;
    struct error *error;
    if (gzip_writer_init(&encoder->writer, fd, GZIP_LEVEL))
        error = run(encoder, name);
    else
        error = error_create("cannot write the profile: %s: out of memory", name);
    gzip_writer_deinit(&encoder->writer);
    free(encoder->scratch);
    free(encoder->stack);
    free(encoder->items);
    free(encoder);
    return error;
}
