/* SPDX-License-Identifier: Apache-2.0
 *
 * A chunk is appended by one write, so that any number of processes may add to a file.  Torn
 * or foreign chunks end the reading.
 */
#include "collector/symbols/cache.h"
#include "collector/base/age.h"
#include "collector/symbols/cache_dir.h"
#include "collector/symbols/cache_format.h"
#include "collector/symbols/pipe.h"

#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#define USED_AGE_NS UINT64_C(3600000000000) /* how exact "last used" is */

/* --- recalling --- */

struct kept_function {
    const char *text[3]; /* name, symbol, file */
    uint32_t start_line;
    uint32_t function; /* the profile's; 0: not looked up yet */
};

struct recall {
    struct profile *profile;
    uint64_t bias;
    const uint32_t *order;
    bool *is_known; /* by position in order */
    uint32_t count;
    struct symbol_calls *calls;
    struct kept_function *functions; /* of the chunk at hand */
    uint32_t function_count;
};

/* Position of an address in order, which ascends; UINT32_MAX: it is not wanted. */
static uint32_t find(const struct recall *recall, uint64_t vaddr)
{
    uint32_t low = 0, high = recall->count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        const struct profile_location *location =
            &recall->profile->locations.items[recall->order[middle]];
        if (location->address - recall->bias < vaddr)
            low = middle + 1;
        else
            high = middle;
    }
    if (low < recall->count &&
        recall->profile->locations.items[recall->order[low]].address - recall->bias == vaddr)
        return low;
    return UINT32_MAX;
}

static uint32_t function_of(struct profile *profile, struct kept_function *kept)
{
    struct profile_function function = {
        .name = profile_intern_string(profile, kept->text[0]),
        .system_name = profile_intern_string(profile, kept->text[1]),
        .file = profile_intern_string(profile, kept->text[2]),
        .start_line = kept->start_line,
    };
    if (function.name == UINT32_MAX || function.system_name == UINT32_MAX ||
        function.file == UINT32_MAX)
        return UINT32_MAX;
    return kept->function ? kept->function
                          : (kept->function = profile_intern_function(profile, &function));
}

/* Lines as they were kept, added to the profile's if they are wanted.  False: no memory. */
static bool recall_lines(struct recall *recall, struct cursor *cursor, bool is_wanted,
                         uint32_t count)
{
    for (uint32_t i = 0; i < count && !cursor->is_bad; i++) {
        uint32_t function = cursor_take_u32(cursor), line = cursor_take_u32(cursor);
        if (function >= recall->function_count)
            cursor->is_bad = true;
        if (!is_wanted || cursor->is_bad)
            continue;
        struct profile_line added = {function_of(recall->profile, &recall->functions[function]),
                                     (int32_t)line};
        if (added.function == UINT32_MAX || profile_add_line(recall->profile, &added) == UINT32_MAX)
            return false;
    }
    return true;
}

/* What is known of the call of a location; it may be told twice, the second time with the chains
 * from it.  False: no memory. */
static bool recall_call(struct recall *recall, struct cursor *cursor, uint32_t location)
{
    struct symbol_call call = {.entry = cursor_take_u64(cursor), .is_known = true};
    call.target = cursor_take_u64(cursor);
    uint32_t flags = cursor_take_u32(cursor), ends = cursor_take_u32(cursor), length;
    call.is_global = flags & SYMBOL_CALL_GLOBAL;
    call.is_searched = flags & SYMBOL_CALL_SEARCHED;
    struct symbol_call *known = &recall->calls->items[location];
    bool is_wanted =
        location != 0 && (!known->is_known || (call.is_searched && !known->is_searched));
    cursor->is_bad |= ends > SYMBOL_ENDS_MAX;
    if (is_wanted) {
        call.pair_first = known->pair_first;
        *known = call;
    }
    for (uint32_t i = 0; i < ends && !cursor->is_bad; i++) {
        struct symbol_end end = {.entry = cursor_take_u64(cursor)};
        const char *symbol = cursor_take_text(cursor, &length);
        end.line_first = recall->profile->lines.count;
        end.line_count = cursor_take_u32(cursor);
        cursor->is_bad |= end.line_count > SYMBOL_PIPE_LINES_MAX;
        if (!recall_lines(recall, cursor, is_wanted, end.line_count))
            return false;
        if (!is_wanted || cursor->is_bad)
            continue;
        end.symbol = profile_intern_string(recall->profile, symbol);
        if (end.symbol == UINT32_MAX || !symbol_calls_add_end(recall->calls, location, end))
            return false;
    }
    if (is_wanted && cursor->is_bad)
        *known = (struct symbol_call){.pair_first = known->pair_first};
    return true;
}

/* False: no memory. */
static bool recall_location(struct recall *recall, struct cursor *cursor)
{
    uint64_t vaddr = cursor_take_u64(cursor);
    uint32_t count = cursor_take_u32(cursor), position = find(recall, vaddr);
    uint32_t first = recall->profile->lines.count;
    bool is_wanted = position != UINT32_MAX && !recall->is_known[position];
    uint32_t location = position != UINT32_MAX ? recall->order[position] : 0;
    if (!recall_lines(recall, cursor, is_wanted, count) ||
        !recall_call(recall, cursor, cursor->is_bad ? 0 : location))
        return false;
    if (!is_wanted || cursor->is_bad)
        return true;
    recall->profile->locations.items[location].line_first = first;
    recall->profile->locations.items[location].line_count = count;
    recall->is_known[position] = true;
    return true;
}

/* False: no memory. */
static bool recall_chunk(struct recall *recall, struct cursor *chunk)
{
    uint32_t function_count = cursor_take_u32(chunk), location_count = cursor_take_u32(chunk),
             length;
    if (function_count > (size_t)(chunk->end - chunk->at) / 16)
        return true;
    struct kept_function *functions = calloc((size_t)function_count + 1, sizeof(*functions));
    recall->functions = functions;
    recall->function_count = function_count;
    bool has_memory = functions != NULL;
    for (uint32_t i = 0; has_memory && i < function_count; i++) {
        functions[i].start_line = cursor_take_u32(chunk);
        for (int text = 0; text < 3; text++)
            functions[i].text[text] = cursor_take_text(chunk, &length);
        chunk->is_bad |= !chunk->is_bad && functions[i].text[0][0] == '\0';
    }
    for (uint32_t i = 0; has_memory && !chunk->is_bad && i < location_count; i++)
        has_memory = recall_location(recall, chunk);
    free(functions);
    return has_memory;
}

/* The whole file; NULL: it cannot be had.  The caller frees it. */
static uint8_t *read_file(int fd, size_t *count)
{
    struct stat status;
    if (fstat(fd, &status) != 0 || (uint64_t)status.st_size > SYMBOL_CACHE_FILE_BYTES)
        return NULL;
    uint8_t *bytes = malloc((size_t)status.st_size + 1);
    ssize_t got = 1;
    for (*count = 0; bytes && *count < (size_t)status.st_size && got > 0;)
        if ((got = read(fd, bytes + *count, (size_t)status.st_size - *count)) > 0)
            *count += (size_t)got;
    if (bytes && age_of(&status) > USED_AGE_NS)
        futimens(fd, NULL);
    return bytes;
}

/* False: no memory. */
static bool recall_file(struct symbol_cache *cache, struct symbol_files *files, uint32_t module,
                        struct recall *recall)
{
    char name[SYMBOL_CACHE_NAME_BYTES];
    size_t count;
    symbol_cache_name(&files->modules[module], name);
    int fd = symbol_cache_dir_file(cache->directory, name, O_RDONLY);
    uint8_t *bytes = fd < 0 ? NULL : read_file(fd, &count);
    bool has_memory = true;
    if (bytes) {
        struct cursor cursor = {bytes, bytes + count, false};
        cache->is_current[module] = symbol_cache_check_head(&cursor, files, module);
        while (cache->is_current[module] && has_memory && cursor.at < cursor.end) {
            uint32_t magic = cursor_take_u32(&cursor), length = cursor_take_u32(&cursor);
            uint32_t sum = cursor_take_u32(&cursor);
            const uint8_t *payload =
                magic == SYMBOL_CACHE_CHUNK ? cursor_take(&cursor, length) : NULL;
            if (!payload || cursor.is_bad || symbol_cache_sum(payload, length) != sum)
                break;
            struct cursor chunk = {payload, payload + length, false};
            has_memory = recall_chunk(recall, &chunk);
        }
    }
    free(bytes);
    if (fd >= 0)
        close(fd);
    return has_memory;
}

uint32_t symbol_cache_recall(struct symbol_cache *cache, struct symbol_files *files,
                             uint32_t module, struct symbol_calls *calls, uint32_t *order,
                             uint32_t count)
{
    struct profile *profile = calls->profile;
    if (cache->directory < 0 || files->modules[module].build_id_length == 0)
        return count;
    struct recall recall = {profile, files->modules[module].bias,
                            order,   calloc((size_t)count + 1, sizeof(bool)),
                            count,   calls,
                            NULL,    0};
    if (!recall.is_known || !recall_file(cache, files, module, &recall)) {
        free(recall.is_known);
        return UINT32_MAX;
    }
    uint32_t unknown = 0;
    for (uint32_t i = 0; i < count; i++)
        if (!recall.is_known[i] || symbol_calls_wants_chains(calls, order[i]))
            order[unknown++] = order[i];
    free(recall.is_known);
    return unknown;
}

/* --- keeping --- */

void symbol_cache_note(struct symbol_cache *cache, const struct symbol_request *request,
                       const struct symbol_answer *answer)
{
    if (cache->directory < 0)
        return;
    struct symbol_evidence *moved =
        realloc(cache->evidence, ((size_t)cache->evidence_count + 1) * sizeof(*cache->evidence));
    char *text = malloc((size_t)request->length + 1);
    if (moved)
        cache->evidence = moved;
    if (!moved || !text) { /* without all of it nothing may be kept */
        free(text);
        close(cache->directory);
        cache->directory = -1;
        return;
    }
    memcpy(text, request->bytes, request->length);
    cache->evidence[cache->evidence_count++] = (struct symbol_evidence){
        request->module, request->file, request->candidate, answer->kind,    answer->device,
        answer->inode,   answer->bytes, answer->mtime_ns,   request->length, text};
}

static void append(struct symbol_cache *cache, const char *name, const struct buffer *buffer)
{
    struct stat status;
    int fd = symbol_cache_dir_file(cache->directory, name, O_WRONLY | O_APPEND);
    if (fd < 0)
        return;
    if (fstat(fd, &status) == 0 &&
        (uint64_t)status.st_size + buffer->count <= SYMBOL_CACHE_FILE_BYTES &&
        write(fd, buffer->bytes, buffer->count) != (ssize_t)buffer->count &&
        ftruncate(fd, status.st_size) != 0) {
        /* A full disk: what is torn ends the reading there. */
    }
    close(fd);
}

/* In place of an older one of that name, if any. */
static void create(struct symbol_cache *cache, const char *name, const struct buffer *buffer)
{
    char temporary[SYMBOL_CACHE_NAME_BYTES + 24];
    uint64_t random = 0;
    if (getrandom(&random, sizeof(random), GRND_NONBLOCK) < 0)
        return;
    snprintf(temporary, sizeof(temporary), "%s.%016" PRIx64, name, random);
    int fd = symbol_cache_dir_file(cache->directory, temporary, O_WRONLY | O_CREAT | O_EXCL);
    if (fd < 0)
        return;
    bool is_whole = write(fd, buffer->bytes, buffer->count) == (ssize_t)buffer->count;
    close(fd);
    if (!is_whole || renameat(cache->directory, temporary, cache->directory, name) != 0)
        unlinkat(cache->directory, temporary, 0);
    else
        symbol_cache_dir_bound(cache->directory);
}

void symbol_cache_keep(struct symbol_cache *cache, const struct module *modules, uint32_t module,
                       const struct symbol_calls *calls, const uint32_t *order, uint32_t count)
{
    struct buffer buffer = {0};
    char name[SYMBOL_CACHE_NAME_BYTES];
    if (cache->directory < 0 || modules[module].build_id_length == 0 || count == 0)
        return;
    symbol_cache_name(&modules[module], name);
    if (!cache->is_current[module])
        symbol_cache_put_head(&buffer, cache->evidence, cache->evidence_count, &modules[module],
                              module);
    symbol_cache_put_chunk(&buffer, calls, modules[module].bias, order, count);
    if (!buffer.has_failed && cache->is_current[module])
        append(cache, name, &buffer);
    else if (!buffer.has_failed)
        create(cache, name, &buffer);
    free(buffer.bytes);
}

/* --- the whole --- */

void symbol_cache_init(struct symbol_cache *cache, const struct symbol_files *files, uid_t owner)
{
    *cache = (struct symbol_cache){.directory = -1};
    /* What a server has changes without us. */
    if (owner != geteuid() || files->search->use_debuginfod)
        return;
    cache->is_current = calloc((size_t)files->module_count + 1, sizeof(bool));
    if (cache->is_current)
        cache->directory = symbol_cache_dir_open();
}

void symbol_cache_deinit(struct symbol_cache *cache)
{
    for (uint32_t i = 0; i < cache->evidence_count; i++)
        free(cache->evidence[i].text);
    free(cache->evidence);
    free(cache->is_current);
    if (cache->directory >= 0)
        close(cache->directory);
}
