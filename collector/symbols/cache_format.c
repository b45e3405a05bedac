/* SPDX-License-Identifier: Apache-2.0 */
#include "collector/symbols/cache_format.h"
#include "collector/symbols/pipe.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>

#define MAGIC        UINT64_C(0x3130736d79736d70) /* "pmsyms01" */
#define NAMES        3 /* raised when other names come from the same files */
#define EVIDENCE_MAX 64

/* --- bytes --- */

void buffer_put(struct buffer *buffer, const void *bytes, size_t count)
{
    if (buffer->count + count > buffer->capacity && !buffer->has_failed) {
        size_t capacity = (buffer->count + count) * 2;
        uint8_t *moved = realloc(buffer->bytes, capacity);
        buffer->has_failed = moved == NULL;
        buffer->bytes = moved ? moved : buffer->bytes;
        buffer->capacity = moved ? capacity : buffer->capacity;
    }
    if (buffer->has_failed || count == 0) /* `bytes` may be NULL then */
        return;
    memcpy(buffer->bytes + buffer->count, bytes, count);
    buffer->count += count;
}

void buffer_put_u32(struct buffer *buffer, uint32_t number)
{
    buffer_put(buffer, &number, sizeof(number));
}

void buffer_put_u64(struct buffer *buffer, uint64_t number)
{
    buffer_put(buffer, &number, sizeof(number));
}

void buffer_put_text(struct buffer *buffer, const char *text, size_t length)
{
    buffer_put_u32(buffer, (uint32_t)length);
    buffer_put(buffer, text, length);
    buffer_put(buffer, "", 1);
}

const void *cursor_take(struct cursor *cursor, size_t count)
{
    static const uint8_t zeroes[32];
    if ((size_t)(cursor->end - cursor->at) < count) {
        cursor->is_bad = true;
        return count <= sizeof(zeroes) ? zeroes : NULL;
    }
    const void *bytes = cursor->at;
    cursor->at += count;
    return bytes;
}

uint32_t cursor_take_u32(struct cursor *cursor)
{
    uint32_t number;
    memcpy(&number, cursor_take(cursor, sizeof(number)), sizeof(number));
    return number;
}

uint64_t cursor_take_u64(struct cursor *cursor)
{
    uint64_t number;
    memcpy(&number, cursor_take(cursor, sizeof(number)), sizeof(number));
    return number;
}

const char *cursor_take_text(struct cursor *cursor, uint32_t *length)
{
    *length = cursor_take_u32(cursor);
    const char *text = cursor_take(cursor, (size_t)*length + 1);
    if (!text || text[*length] != '\0' || cursor->is_bad) {
        cursor->is_bad = true;
        *length = 0;
        return "";
    }
    return text;
}

uint32_t symbol_cache_sum(const uint8_t *bytes, size_t count)
{
    return (uint32_t)crc32(0, bytes, (uInt)count);
}

/* --- the file of a module --- */

void symbol_cache_name(const struct module *module, char name[static SYMBOL_CACHE_NAME_BYTES])
{
    size_t length = strlen(module_build_id_text(name, module->build_id, module->build_id_length));
    sprintf(name + length, "-%" PRIx64 "-%" PRIx64 "-%" PRIx64 "-%" PRIx64 SYMBOL_CACHE_SUFFIX,
            module->device, module->inode, module->file_bytes, (uint64_t)module->mtime_ns);
}

void symbol_cache_put_head(struct buffer *buffer, const struct symbol_evidence *evidence,
                           uint32_t evidence_count, const struct module *module, uint32_t index)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < evidence_count; i++)
        count += evidence[i].module == index;
    buffer_put_u64(buffer, MAGIC);
    buffer_put_u32(buffer, NAMES);
    buffer_put_text(buffer, MEMPROF_VERSION, strlen(MEMPROF_VERSION));
    buffer_put_text(buffer, (const char *)module->build_id, module->build_id_length);
    buffer_put_u32(buffer, count);
    for (uint32_t i = 0; i < evidence_count; i++) {
        const struct symbol_evidence *one = &evidence[i];
        if (one->module != index)
            continue;
        buffer_put_u32(buffer, one->file);
        buffer_put_u32(buffer, one->candidate);
        buffer_put_u32(buffer, one->kind);
        buffer_put_u64(buffer, one->device);
        buffer_put_u64(buffer, one->inode);
        buffer_put_u64(buffer, one->bytes);
        buffer_put_u64(buffer, (uint64_t)one->mtime_ns);
        buffer_put_text(buffer, one->text, one->length);
    }
}

/* --- chunks --- */

struct keeping {
    const struct symbol_calls *calls;
    struct buffer functions, locations;
    uint32_t *numbers; /* of functions, by the profile's */
    uint32_t function_count;
};

/* A function is told when it is first met. */
static void put_lines(struct keeping *keeping, uint32_t first, uint32_t count)
{
    const struct profile *profile = keeping->calls->profile;
    for (uint32_t i = 0; i < count; i++) {
        const struct profile_line *line = &profile->lines.items[first + i];
        const struct profile_function *function = &profile->functions.items[line->function];
        uint32_t strings[] = {function->name, function->system_name, function->file};
        if (keeping->numbers[line->function] == 0) {
            keeping->numbers[line->function] = ++keeping->function_count;
            buffer_put_u32(&keeping->functions, (uint32_t)function->start_line);
            for (int text = 0; text < 3; text++)
                buffer_put_text(&keeping->functions, profile_string(profile, strings[text]),
                                strlen(profile_string(profile, strings[text])));
        }
        buffer_put_u32(&keeping->locations, keeping->numbers[line->function] - 1);
        buffer_put_u32(&keeping->locations, (uint32_t)line->line);
    }
}

static void put_call(struct keeping *keeping, const struct symbol_call *call)
{
    const struct profile *profile = keeping->calls->profile;
    struct buffer *locations = &keeping->locations;
    buffer_put_u64(locations, call->entry);
    buffer_put_u64(locations, call->target);
    buffer_put_u32(locations, (call->is_global ? SYMBOL_CALL_GLOBAL : 0) |
                                  (call->is_searched ? SYMBOL_CALL_SEARCHED : 0));
    buffer_put_u32(locations, call->end_count);
    for (uint32_t i = call->end_first; i != 0; i = keeping->calls->ends.items[i].next) {
        const struct symbol_end *end = &keeping->calls->ends.items[i];
        const char *symbol = profile_string(profile, end->symbol);
        buffer_put_u64(locations, end->entry);
        buffer_put_text(locations, symbol, strlen(symbol));
        buffer_put_u32(locations, end->line_count);
        put_lines(keeping, end->line_first, end->line_count);
    }
}

void symbol_cache_put_chunk(struct buffer *buffer, const struct symbol_calls *calls, uint64_t bias,
                            const uint32_t *order, uint32_t count)
{
    const struct profile *profile = calls->profile;
    struct keeping keeping = {
        .calls = calls,
        .numbers = calloc((size_t)profile->functions.count + 1, sizeof(*keeping.numbers))};
    for (uint32_t i = 0; keeping.numbers && i < count; i++) {
        const struct profile_location *location = &profile->locations.items[order[i]];
        buffer_put_u64(&keeping.locations, location->address - bias);
        buffer_put_u32(&keeping.locations, location->line_count);
        put_lines(&keeping, location->line_first, location->line_count);
        put_call(&keeping, &calls->items[order[i]]);
    }
    struct buffer payload = {.has_failed = !keeping.numbers || keeping.functions.has_failed ||
                                           keeping.locations.has_failed};
    buffer_put_u32(&payload, keeping.function_count);
    buffer_put_u32(&payload, count);
    buffer_put(&payload, keeping.functions.bytes, keeping.functions.count);
    buffer_put(&payload, keeping.locations.bytes, keeping.locations.count);
    buffer->has_failed |= payload.has_failed || payload.count > SYMBOL_CACHE_FILE_BYTES / 2;
    if (!buffer->has_failed) {
        buffer_put_u32(buffer, SYMBOL_CACHE_CHUNK);
        buffer_put_u32(buffer, (uint32_t)payload.count);
        buffer_put_u32(buffer, symbol_cache_sum(payload.bytes, payload.count));
        buffer_put(buffer, payload.bytes, payload.count);
    }
    free(payload.bytes);
    free(keeping.functions.bytes);
    free(keeping.locations.bytes);
    free(keeping.numbers);
}

/* --- the head, read --- */

/* Asks what the worker asked. */
static bool still_holds(struct symbol_files *files, uint32_t module, struct cursor *cursor)
{
    struct symbol_answer answer;
    struct symbol_request request = {.file = cursor_take_u32(cursor), .module = module};
    request.candidate = cursor_take_u32(cursor);
    uint32_t kind = cursor_take_u32(cursor);
    uint64_t device = cursor_take_u64(cursor), inode = cursor_take_u64(cursor),
             bytes = cursor_take_u64(cursor);
    int64_t mtime_ns = (int64_t)cursor_take_u64(cursor);
    request.bytes = cursor_take_text(cursor, &request.length);
    if (cursor->is_bad || request.length > SYMBOL_FILE_BYTES_MAX)
        return false;
    int fd = symbol_files_open(files, &request, &answer);
    if (fd >= 0)
        close(fd);
    return answer.kind == kind && answer.device == device && answer.inode == inode &&
           answer.bytes == bytes && answer.mtime_ns == mtime_ns;
}

bool symbol_cache_check_head(struct cursor *cursor, struct symbol_files *files, uint32_t index)
{
    const struct module *module = &files->modules[index];
    uint32_t length;
    if (cursor_take_u64(cursor) != MAGIC || cursor_take_u32(cursor) != NAMES)
        return false;
    const char *version = cursor_take_text(cursor, &length);
    if (strcmp(version, MEMPROF_VERSION) != 0)
        return false;
    const char *build_id = cursor_take_text(cursor, &length);
    if (length != module->build_id_length || memcmp(build_id, module->build_id, length) != 0)
        return false;
    uint32_t count = cursor_take_u32(cursor);
    if (count == 0 || count > EVIDENCE_MAX)
        return false;
    while (count-- > 0)
        if (cursor->is_bad || !still_holds(files, index, cursor))
            return false;
    return !cursor->is_bad;
}
