/* SPDX-License-Identifier: Apache-2.0
 *
 * The memory of a record: pieces in a list, freed all at once.
 */
#include "tools/stat/record.h"

#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "collector/base/utf8.h"

struct stat_kept {
    struct stat_kept *next;
    max_align_t bytes[];
};

void *stat_record_allocate(struct stat_record *record, size_t bytes)
{
    struct stat_kept *kept =
        bytes < SIZE_MAX - sizeof *kept ? calloc(1, sizeof *kept + bytes) : NULL;
    if (!kept)
        return NULL;
    kept->next = record->kept;
    record->kept = kept;
    return kept->bytes;
}

const char *stat_record_text(struct stat_record *record, const char *text)
{
    size_t length = strlen(text);
    char *copy = stat_record_allocate(record, length + 1);
    if (copy)
        utf8_sanitize(memcpy(copy, text, length), length);
    return copy;
}

void stat_record_deinit(struct stat_record *record)
{
    while (record->kept) {
        struct stat_kept *next = record->kept->next;
        free(record->kept);
        record->kept = next;
    }
    *record = (struct stat_record){.kept = NULL};
}

const struct stat_program *stat_record_main(const struct stat_record *record,
                                            const struct stat_run *run)
{
    for (size_t i = 0; i < run->program_count; i++)
        if (strcmp(run->programs[i].name, record->program) == 0)
            return &run->programs[i];
    return NULL;
}

size_t stat_record_profiled_runs(const struct stat_record *record)
{
    size_t count = 0;
    for (size_t i = 0; i < record->run_count; i++)
        count += record->runs[i].is_profiled;
    return count;
}

char *stat_record_path(const char *directory)
{
    char *path;
    return asprintf(&path, "%s/" STAT_RECORD_FILE, directory) < 0 ? NULL : path;
}

bool stat_record_is_in(const char *directory)
{
    struct stat status;
    char *path = stat_record_path(directory);
    bool is_there = path && stat(path, &status) == 0;
    free(path);
    return is_there;
}
