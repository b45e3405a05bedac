/* SPDX-License-Identifier: Apache-2.0
 *
 * Rows are interned by what of a frame counts at the granularity asked for.
 */
#include "collector/profile/rows.h"
#include "collector/base/path.h"
#include "collector/profile/hash.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct interning {
    struct profile_rows *rows;
    const struct profile *profile;
    enum profile_granularity granularity;
    struct hash_index index;
};

/* The text of a file's name as it is compared; NULL: no memory. */
static const char *clean_file(struct interning *at, uint32_t string)
{
    const char *file = profile_string(at->profile, string);
    if (path_is_clean(file) || string >= at->rows->string_count)
        return file;
    char **copy = &at->rows->clean_files[string];
    if (!*copy && (*copy = strdup(file)))
        path_clean(*copy);
    return *copy;
}

/* All that is known of a frame. */
static bool describe(struct interning *at, const struct profile_location *location, uint32_t line,
                     struct profile_row *row)
{
    const struct profile *profile = at->profile;
    *row = (struct profile_row){
        .function = "",
        .file = "",
        .module = profile_string(profile, profile->mappings.items[location->mapping].file),
        .address = location->address,
    };
    if (location->mapping == 0)
        row->module = "";
    if (line >= location->line_count)
        return true;
    const struct profile_line *record = &profile->lines.items[location->line_first + line];
    if (record->function == 0)
        return true;
    const struct profile_function *function = &profile->functions.items[record->function];
    row->name = function->name;
    row->function = profile_string(profile, function->name);
    row->file = clean_file(at, function->file);
    row->line = record->line;
    row->start_line = function->start_line;
    return row->file != NULL;
}

/* Forgets what does not count at this granularity. */
static void reduce(enum profile_granularity granularity, struct profile_row *row)
{
    if (granularity == PROFILE_BY_MODULE) {
        *row = (struct profile_row){.function = "", .file = "", .module = row->module};
        return;
    }
    bool has_lines = granularity != PROFILE_BY_FUNCTION && granularity != PROFILE_BY_FILE;
    if (granularity == PROFILE_BY_FUNCTION)
        row->file = "";
    if (granularity == PROFILE_BY_FILE) {
        row->name = 0;
        row->function = "";
    }
    if (!has_lines)
        row->line = 0;
    bool has_source = *row->file || row->line;
    if (granularity != PROFILE_BY_ADDRESS && (granularity != PROFILE_BY_LISTING || has_source))
        row->address = 0;
    if (granularity == PROFILE_BY_LISTING)
        return;
    row->start_line = 0;
    if (*row->function || *row->file)
        row->module = "";
}

static uint64_t hash_of_row(const struct profile_row *row)
{
    uint64_t hash = hash_bytes(row->function, strlen(row->function));
    hash = hash_pair(hash, hash_bytes(row->file, strlen(row->file)));
    hash = hash_pair(hash, hash_bytes(row->module, strlen(row->module)));
    return hash_pair(
        hash, hash_pair((uint64_t)row->start_line << 32 ^ (uint32_t)row->line, row->address));
}

static bool is_same_row(const struct profile_row *a, const struct profile_row *b)
{
    return a->line == b->line && a->address == b->address && a->start_line == b->start_line &&
           strcmp(a->function, b->function) == 0 && strcmp(a->file, b->file) == 0 &&
           strcmp(a->module, b->module) == 0;
}

/* As pprof prints it: address, function, file and line, as far as they are there. */
static char *label_of(const struct profile_row *row, enum profile_granularity granularity)
{
    char address[20] = "", *label = NULL;
    if (granularity == PROFILE_BY_MODULE)
        return strdup(*row->module ? row->module : "<unknown>");
    if (row->address)
        snprintf(address, sizeof(address), "%016" PRIx64 " ", row->address);
    const char *space = *row->function ? " " : "";
    int length;
    if (row->line)
        length = asprintf(&label, "%s%s%s%s:%" PRId32, address, row->function, space, row->file,
                          row->line);
    else if (*row->file)
        length = asprintf(&label, "%s%s%s%s", address, row->function, space, row->file);
    else if (*row->function)
        length = asprintf(&label, "%s%s", address, row->function);
    else if (*row->module)
        length = asprintf(&label, "%s[%s]", address, path_base(row->module));
    else
        length = asprintf(&label, "%s<unknown>", address);
    return length < 0 ? NULL : label;
}

static bool append(struct interning *at, const struct profile_row *row)
{
    struct profile_rows *rows = at->rows;
    if (rows->count == rows->capacity) {
        uint32_t capacity = rows->capacity ? rows->capacity * 2 : 256;
        struct profile_row *items = realloc(rows->items, (size_t)capacity * sizeof(*items));
        if (!items)
            return false;
        rows->items = items;
        bool *flags = realloc(rows->may_be_inlined, capacity);
        if (!flags)
            return false;
        rows->may_be_inlined = flags;
        rows->capacity = capacity;
    }
    rows->items[rows->count] = *row;
    rows->may_be_inlined[rows->count] = false;
    rows->items[rows->count].label = label_of(row, at->granularity);
    rows->count++;
    return rows->items[rows->count - 1].label != NULL;
}

/* UINT32_MAX: no memory. */
static uint32_t intern_row(struct interning *at, const struct profile_row *row)
{
    if (!hash_reserve(&at->index))
        return UINT32_MAX;
    uint64_t hash = hash_of_row(row);
    uint32_t slot = hash_first(&at->index, hash), known;
    for (; (known = at->index.slots[slot].record); slot = hash_next(&at->index, slot, hash))
        if (is_same_row(&at->rows->items[known - 1], row))
            return known - 1;
    if (!append(at, row))
        return UINT32_MAX;
    hash_set(&at->index, slot, hash, at->rows->count);
    return at->rows->count - 1;
}

static bool intern_location(struct interning *at, uint32_t index)
{
    struct profile_rows *rows = at->rows;
    const struct profile_location *location = &at->profile->locations.items[index];
    uint32_t first = rows->first_slot[index], count = rows->first_slot[index + 1] - first;
    for (uint32_t line = 0; line < count; line++) {
        struct profile_row row;
        if (!describe(at, location, line, &row))
            return false;
        reduce(at->granularity, &row);
        uint32_t interned = intern_row(at, &row);
        if (interned == UINT32_MAX)
            return false;
        rows->of_slot[first + line] = interned;
        rows->may_be_inlined[interned] |= line + 1 != count;
    }
    return true;
}

static bool intern_all(struct interning *at)
{
    const struct profile *profile = at->profile;
    struct profile_rows *rows = at->rows;
    uint32_t locations = profile->locations.count, slots = 0;
    rows->string_count = profile->strings.count;
    rows->clean_files = calloc(rows->string_count, sizeof(*rows->clean_files));
    rows->first_slot = malloc(((size_t)locations + 1) * sizeof(*rows->first_slot));
    if (!rows->clean_files || !rows->first_slot)
        return false;
    for (uint32_t i = 0; i < locations; i++) {
        uint32_t count = i ? profile->locations.items[i].line_count : 0;
        rows->first_slot[i] = slots;
        slots += i && count == 0 ? 1 : count;
    }
    rows->first_slot[locations] = slots;
    rows->of_slot = malloc(((size_t)slots + 1) * sizeof(*rows->of_slot));
    if (!rows->of_slot)
        return false;
    for (uint32_t i = 1; i < locations; i++)
        if (!intern_location(at, i))
            return false;
    return true;
}

bool profile_rows_init(struct profile_rows *rows, const struct profile *profile,
                       enum profile_granularity granularity)
{
    *rows = (struct profile_rows){0};
    struct interning at = {.rows = rows, .profile = profile, .granularity = granularity};
    bool has_memory = intern_all(&at);
    hash_deinit(&at.index);
    return has_memory;
}

void profile_rows_deinit(struct profile_rows *rows)
{
    for (uint32_t i = 0; i < rows->count; i++)
        free(rows->items[i].label);
    for (uint32_t i = 0; i < rows->string_count && rows->clean_files; i++)
        free(rows->clean_files[i]);
    free(rows->items);
    free(rows->may_be_inlined);
    free(rows->first_slot);
    free(rows->of_slot);
    free(rows->clean_files);
    *rows = (struct profile_rows){0};
}
