/* SPDX-License-Identifier: Apache-2.0
 *
 * Sorts a run's entries by program and adds them up.
 */
#include "tools/programs.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "collector/base/path.h"
#include "tools/columns.h"
#include "tools/measure.h"

#define PROGRAMS_SHOWN 20
#define NAME_WIDTH_MAX 30

/* Entries [first, first + count) of the sorted ones. */
struct program {
    size_t first, count;
    uint64_t alloc_bytes, inuse_bytes;
};

const char *programs_short_path(const char *path)
{
    static char cwd[4096];
    size_t length = getcwd(cwd, sizeof cwd) ? strlen(cwd) : 0;
    if (length > 1 && strncmp(path, cwd, length) == 0 && path[length] == '/' && path[length + 1])
        return path + length + 1;
    return path;
}

static int by_name(const void *left, const void *right)
{
    const struct run_log_entry *a = *(const struct run_log_entry *const *)left;
    const struct run_log_entry *b = *(const struct run_log_entry *const *)right;
    int names = strcmp(path_base(a->exe), path_base(b->exe));
    return names ? names : strcmp(a->path, b->path);
}

static int by_allocated(const void *left, const void *right)
{
    const struct program *a = left, *b = right;
    if (a->alloc_bytes != b->alloc_bytes)
        return a->alloc_bytes > b->alloc_bytes ? -1 : 1;
    return a->first < b->first ? -1 : a->first > b->first;
}

static size_t add_up(const struct run_log_entry **entries, size_t count, struct program *programs)
{
    size_t found = 0;
    for (size_t i = 0; i < count; i++) {
        if (i == 0 || strcmp(path_base(entries[i]->exe), path_base(entries[i - 1]->exe)) != 0)
            programs[found++] = (struct program){.first = i};
        struct program *program = &programs[found - 1];
        program->count++;
        program->alloc_bytes += entries[i]->alloc_bytes;
        program->inuse_bytes += entries[i]->inuse_bytes;
    }
    qsort(programs, found, sizeof *programs, by_allocated);
    return found;
}

/* What all names of a program's profiles begin and end with, and a * between.  The caller frees it;
 * NULL: no memory. */
static char *name_profiles(const struct run_log_entry **entries, size_t count)
{
    const char *first = programs_short_path(entries[0]->path);
    size_t length = strlen(first), before = length, after = length;
    for (size_t i = 1; i < count; i++) {
        const char *other = programs_short_path(entries[i]->path);
        size_t other_length = strlen(other), same = 0;
        while (same < before && first[same] == other[same])
            same++;
        before = same;
        for (same = 0; same < after && same < other_length &&
                       first[length - 1 - same] == other[other_length - 1 - same];)
            same++;
        after = same;
    }
    if (count == 1)
        return strdup(first);
    /* Moves the end of the common beginning so that it does not cut a pid in two. */
    while (before > 0 && isdigit((unsigned char)first[before - 1]))
        before--;
    while (after > 0 && isdigit((unsigned char)first[length - after]))
        after--;
    if (before + after > length)
        after = length - before;
    char *text;
    int printed = asprintf(&text, "%.*s*%s", (int)before, first, first + length - after);
    return printed < 0 ? NULL : text;
}

static void add_program(struct columns *columns, const struct program *program,
                        const struct run_log_entry **entries)
{
    char text[MEASURE_TEXT];
    columns_add(columns, path_base(entries[program->first]->exe));
    snprintf(text, sizeof text, "%zu", program->count);
    columns_add(columns, text);
    columns_add(columns, measure_bytes(text, program->alloc_bytes));
    columns_add(columns, measure_bytes(text, program->inuse_bytes));
    char *names = name_profiles(entries + program->first, program->count);
    columns_add(columns, names ? names : "?");
    free(names);
}

static void print_table(FILE *out, const struct program *programs, size_t count,
                        const struct run_log_entry **entries)
{
    static const struct column shape[] = {
        {"PROGRAM", COLUMN_LEFT, 0, NAME_WIDTH_MAX},
        {"PROCESSES", COLUMN_RIGHT, 9, 0},
        {"ALLOCATED", COLUMN_RIGHT, 11, 0},
        {"LIVE", COLUMN_RIGHT, 11, 0},
        {"PROFILE", COLUMN_LEFT, 0, 0},
    };
    struct columns columns;
    columns_init(&columns, shape, sizeof shape / sizeof *shape, "  ");
    for (size_t i = 0; i < count && i < PROGRAMS_SHOWN; i++)
        add_program(&columns, &programs[i], entries);
    columns_print(&columns, out);
    columns_deinit(&columns);
    if (count > PROGRAMS_SHOWN)
        fprintf(out, "  ... and %zu more programs\n", count - PROGRAMS_SHOWN);
}

void programs_print(FILE *out, const struct run_log *log)
{
    const struct run_log_entry **entries = calloc(log->count + 1, sizeof *entries);
    struct program *programs = calloc(log->count + 1, sizeof *programs);
    if (entries && programs && log->count > 0) {
        for (size_t i = 0; i < log->count; i++)
            entries[i] = &log->entries[i];
        qsort(entries, log->count, sizeof *entries, by_name);
        print_table(out, programs, add_up(entries, log->count, programs), entries);
    }
    free(entries);
    free(programs);
}
