/* SPDX-License-Identifier: Apache-2.0 */
#include "tools/leaks/suppressions.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "collector/base/path.h"

#define PREFIX "leak:"

/* --- the file --- */

static struct error *add(struct suppressions *suppressions, const char *pattern)
{
    char *copy = strdup(pattern);
    struct suppression *items =
        copy ? realloc(suppressions->items, (suppressions->count + 1) * sizeof *items) : NULL;
    if (!items) {
        free(copy);
        return error_no_memory();
    }
    suppressions->items = items;
    items[suppressions->count++] = (struct suppression){.pattern = copy};
    return NULL;
}

static struct error *read_line(struct suppressions *suppressions, char *line, const char *path,
                               size_t number)
{
    line[strcspn(line, "\r\n")] = '\0';
    line += strspn(line, " \t");
    for (size_t end = strlen(line); end > 0 && strchr(" \t", line[end - 1]); end--)
        line[end - 1] = '\0';
    if (*line == '\0' || *line == '#')
        return NULL;
    if (strncmp(line, PREFIX, strlen(PREFIX)) != 0 || !line[strlen(PREFIX)])
        return error_create("%s:%zu: '%s' is no suppression; try '" PREFIX "FUNCTION'", path,
                            number, line);
    return add(suppressions, line + strlen(PREFIX));
}

struct error *suppressions_read(struct suppressions *suppressions, const char *path)
{
    struct stat status;
    FILE *file = fopen(path, "re");
    if (!file)
        return error_create_errno(errno, "%s", path);
    struct error *error = NULL;
    char *line = NULL;
    size_t bytes = 0;
    if (fstat(fileno(file), &status) == 0 && S_ISDIR(status.st_mode))
        error = error_create_errno(EISDIR, "%s", path);
    for (size_t number = 1; !error && getline(&line, &bytes, file) > 0; number++)
        error = read_line(suppressions, line, path, number);
    if (!error && ferror(file))
        error = error_create_errno(errno, "%s", path);
    free(line);
    fclose(file);
    return error;
}

void suppressions_deinit(struct suppressions *suppressions)
{
    for (size_t i = 0; i < suppressions->count; i++)
        free(suppressions->items[i].pattern);
    free(suppressions->items);
    *suppressions = (struct suppressions){0};
}

/* --- matching --- */

/* The piece of a pattern up to its next * in `name`, at its start or anywhere. */
static const char *find_piece(const char *name, const char *piece, size_t length, bool at_start)
{
    for (; strlen(name) >= length; name++) {
        if (strncmp(name, piece, length) == 0)
            return name + length;
        if (at_start)
            break;
    }
    return NULL;
}

bool suppression_matches(const char *pattern, const char *name)
{
    bool at_start = *pattern == '^', at_end;
    pattern += at_start;
    size_t left = strlen(pattern);
    at_end = left > 0 && pattern[left - 1] == '$';
    left -= at_end;
    while (left > 0) {
        const char *star = memchr(pattern, '*', left);
        size_t length = star ? (size_t)(star - pattern) : left;
        bool is_last = !star;
        if (is_last && at_end) { /* the last piece must match at the end of the name */
            size_t rest = strlen(name);
            if (rest < length || (at_start && rest != length))
                return false;
            return memcmp(name + rest - length, pattern, length) == 0;
        }
        name = find_piece(name, pattern, length, at_start);
        if (!name)
            return false;
        at_start = false;
        pattern += length + (star != NULL);
        left -= length + (star != NULL);
        if (star && left == 0)
            return true; /* the star takes what is left */
    }
    return !at_end || !at_start || *name == '\0';
}

static bool matches_location(const char *pattern, const struct profile *profile,
                             const struct profile_location *location)
{
    const char *module = profile_string(profile, profile->mappings.items[location->mapping].file);
    if (location->mapping && suppression_matches(pattern, module))
        return true;
    for (uint32_t i = 0; i < location->line_count; i++) {
        uint32_t index = profile->lines.items[location->line_first + i].function;
        const struct profile_function *function = &profile->functions.items[index];
        if (suppression_matches(pattern, profile_string(profile, function->name)) ||
            suppression_matches(pattern, profile_string(profile, function->file)))
            return true;
    }
    return false;
}

struct suppression *suppressions_find(const struct suppressions *suppressions,
                                      const struct profile *profile, uint32_t leaf)
{
    for (size_t i = 0; i < suppressions->count; i++)
        for (uint32_t node = leaf; node; node = profile->nodes.items[node].parent)
            if (matches_location(suppressions->items[i].pattern, profile,
                                 &profile->locations.items[profile->nodes.items[node].location]))
                return &suppressions->items[i];
    return NULL;
}
