/* SPDX-License-Identifier: Apache-2.0
 *
 * A program's only profile is moved; several are added up.
 */
#include "tools/stat/programs.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "collector/base/path.h"
#include "collector/profile/file.h"
#include "collector/profile/merge.h"
#include "collector/profile/peak_name.h"
#include "collector/profile/pprof_encode.h"
#include "tools/whole_file.h"

/* The processes of one program: entries [0, count). */
struct group {
    const struct run_log_entry **entries;
    size_t count;
};

struct keeping {
    struct stat_record *record;
    const char *directory;
    size_t number;
};

static int by_program(const void *left, const void *right)
{
    const struct run_log_entry *a = *(const struct run_log_entry *const *)left;
    const struct run_log_entry *b = *(const struct run_log_entry *const *)right;
    int names = strcmp(path_base(a->exe), path_base(b->exe));
    return names ? names : strcmp(a->path, b->path);
}

static int by_allocated(const void *left, const void *right)
{
    const struct stat_program *a = left, *b = right;
    int64_t more = b->values[PROFILE_ALLOC_SPACE] - a->values[PROFILE_ALLOC_SPACE];
    return more ? (more > 0 ? 1 : -1) : strcmp(a->name, b->name);
}

/* --- files --- */

/* "run-1/NAME.pb.gz": letters, digits and a few marks of the program's name, and a number behind
 * it where another program has that name already.  NULL: no memory. */
static const char *name_file(const struct keeping *keeping, const struct stat_run *run,
                             const char *program, const char *suffix)
{
    char name[200], *text;
    size_t length = 0;
    for (; program[length] && length < sizeof name - 1; length++) {
        bool is_kept = isalnum((unsigned char)program[length]) || strchr("_+-", program[length]) ||
                       (program[length] == '.' && length > 0);
        name[length] = is_kept ? program[length] : '_';
    }
    name[length] = '\0';
    for (size_t copy = 1;; copy++) {
        char number[24] = "";
        if (copy > 1)
            snprintf(number, sizeof number, "~%zu", copy);
        if (asprintf(&text, "run-%zu/%s%s%s", keeping->number, name, number, suffix) < 0)
            return NULL;
        bool is_taken = false;
        for (size_t i = 0; i < run->program_count; i++)
            is_taken = is_taken || strcmp(run->programs[i].profile, text) == 0 ||
                       strcmp(run->programs[i].peak_profile, text) == 0;
        if (!is_taken)
            break;
        free(text);
    }
    const char *kept = stat_record_text(keeping->record, text);
    free(text);
    return kept;
}

static struct error *move(const struct keeping *keeping, const char *from, const char *name)
{
    char *to;
    if (asprintf(&to, "%s/%s", keeping->directory, name) < 0)
        return error_no_memory();
    struct error *error =
        rename(from, to) == 0 ? NULL : error_create_errno(errno, "%s: cannot become %s", from, to);
    free(to);
    return error;
}

static struct error *write_sum(const struct keeping *keeping, const struct profile *sum,
                               const char *name)
{
    char *path;
    struct whole_file file;
    if (asprintf(&path, "%s/%s", keeping->directory, name) < 0)
        return error_no_memory();
    struct error *error = whole_file_open(&file, path, 0600);
    if (!error)
        error = pprof_encode(sum, file.fd, path, NULL, NULL);
    error = whole_file_close(&file, error);
    free(path);
    return error;
}

static struct error *add_up(const struct keeping *keeping, const struct group *group,
                            const char *name)
{
    struct profile_merger *merger = profile_merger_create();
    struct error *error = merger ? NULL : error_no_memory();
    for (size_t i = 0; i < group->count && !error; i++) {
        struct profile *profile;
        error = profile_read(group->entries[i]->path, &profile);
        if (error)
            break;
        if (!profile_merger_add(merger, profile))
            error = error_no_memory();
        profile_destroy(profile);
        unlink(group->entries[i]->path);
    }
    struct profile *sum = error ? NULL : profile_merger_finish(merger);
    if (sum)
        error = write_sum(keeping, sum, name);
    else if (!error)
        error = error_no_memory();
    profile_destroy(sum);
    profile_merger_destroy(merger);
    return error;
}

/* --- peaks --- */

static struct error *read_peak(const char *path, int64_t *objects, int64_t *bytes)
{
    struct profile *profile;
    struct error *error = profile_read(path, &profile);
    if (error)
        return error;
    *objects = profile_total(profile, profile_find_type(profile, "inuse_objects"));
    *bytes = profile_total(profile, profile_find_type(profile, "inuse_space"));
    profile_destroy(profile);
    return NULL;
}

/* Processes have their peaks at different times, so their sum would be nobody's. */
static struct error *keep_peak(const struct keeping *keeping, const struct group *group,
                               struct stat_program *program, const char *name)
{
    char *largest = NULL;
    struct error *error = NULL;
    for (size_t i = 0; i < group->count && !error; i++) {
        int64_t objects = 0, bytes = 0;
        char *path = peak_name(group->entries[i]->path);
        error = path ? read_peak(path, &objects, &bytes) : error_no_memory();
        bool is_largest = !error && (!largest || bytes > program->peak_bytes);
        if (is_largest) {
            program->peak_objects = objects;
            program->peak_bytes = bytes;
        }
        char *dropped = is_largest ? largest : path;
        largest = is_largest ? path : largest;
        if (dropped)
            unlink(dropped);
        free(dropped);
    }
    if (!error)
        error = move(keeping, largest, name);
    program->peak_profile = name;
    free(largest);
    return error;
}

/* --- programs --- */

static struct error *keep_program(const struct keeping *keeping, struct stat_run *run,
                                  const struct group *group)
{
    const char *name = stat_record_text(keeping->record, path_base(group->entries[0]->exe));
    if (!name)
        return error_no_memory();
    struct stat_program program = {.name = name, .processes = group->count};
    for (size_t i = 0; i < group->count; i++) {
        const struct run_log_entry *entry = group->entries[i];
        program.values[PROFILE_ALLOC_OBJECTS] += (int64_t)entry->alloc_objects;
        program.values[PROFILE_ALLOC_SPACE] += (int64_t)entry->alloc_bytes;
        program.values[PROFILE_INUSE_OBJECTS] += (int64_t)entry->inuse_objects;
        program.values[PROFILE_INUSE_SPACE] += (int64_t)entry->inuse_bytes;
        program.samples += entry->samples;
        program.truncated += entry->truncated;
        program.lost += entry->lost;
    }
    program.profile = name_file(keeping, run, name, ".pb.gz");
    char *peak = program.profile ? peak_name(program.profile) : NULL;
    const char *kept_peak = peak ? stat_record_text(keeping->record, peak) : NULL;
    free(peak);
    if (!kept_peak)
        return error_no_memory();
    struct error *error = keep_peak(keeping, group, &program, kept_peak);
    if (!error)
        error = group->count == 1 ? move(keeping, group->entries[0]->path, program.profile)
                                  : add_up(keeping, group, program.profile);
    run->programs[run->program_count++] = program;
    return error;
}

static struct error *keep_all(const struct keeping *keeping, struct stat_run *run,
                              const struct run_log_entry **entries, size_t count)
{
    struct error *error = NULL;
    for (size_t first = 0, end; first < count && !error; first = end) {
        const char *name = path_base(entries[first]->exe);
        for (end = first + 1; end < count && strcmp(path_base(entries[end]->exe), name) == 0; end++)
            ;
        error = keep_program(keeping, run, &(struct group){entries + first, end - first});
    }
    qsort(run->programs, run->program_count, sizeof *run->programs, by_allocated);
    return error;
}

struct error *stat_programs_keep(struct stat_record *record, struct stat_run *run,
                                 const struct run_log *log, const char *directory, size_t number)
{
    const struct keeping keeping = {record, directory, number};
    const struct run_log_entry **entries = calloc(log->count + 1, sizeof *entries);
    run->programs = stat_record_allocate(record, (log->count + 1) * sizeof *run->programs);
    char *path;
    if (asprintf(&path, "%s/run-%zu", directory, number) < 0)
        path = NULL;
    struct error *error = NULL;
    if (!entries || !run->programs || !path)
        error = error_no_memory();
    else if (mkdir(path, 0777) != 0)
        error = error_create_errno(errno, "%s", path);
    for (size_t i = 0; i < log->count && entries; i++)
        entries[i] = &log->entries[i];
    if (!error) {
        qsort(entries, log->count, sizeof *entries, by_program);
        error = keep_all(&keeping, run, entries, log->count);
    }
    free(entries);
    free(path);
    return error;
}
