/* SPDX-License-Identifier: Apache-2.0
 *
 * Expands directories and merges profiles.
 */
#include "tools/inputs.h"

#include <dirent.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "collector/profile/merge.h"
#include "collector/profile/peak_name.h"
#include "tools/cli.h"
#include "tools/every.h"
#include "tools/open.h"

/* Takes the paths over; `peak_path` may be NULL. */
static struct error *append(struct inputs *inputs, const struct input *input)
{
    struct input *items =
        input->path ? realloc(inputs->items, (inputs->count + 1) * sizeof *items) : NULL;
    if (!items) {
        free(input->path);
        free(input->peak_path);
        return error_no_memory();
    }
    inputs->items = items;
    items[inputs->count++] = *input;
    return NULL;
}

/* Adds a profile that a run or a collection wrote, with the profile of its peak, which is beside it
 * if there is one.  Takes the path over. */
static struct error *append_file(struct inputs *inputs, char *path, bool is_found)
{
    char *peak = path ? peak_name(path) : NULL;
    if (peak && access(peak, R_OK) != 0) {
        free(peak);
        peak = NULL;
    }
    return append(inputs, &(struct input){.path = path, .peak_path = peak, .is_found = is_found});
}

static bool ends_with(const char *name, const char *suffix)
{
    size_t length = strlen(name), wanted = strlen(suffix);
    return length > wanted && strcmp(name + length - wanted, suffix) == 0;
}

/* Hidden files are skipped: they may be half-written. */
static int is_profile_name(const struct dirent *entry)
{
    /* A profile of a peak is another view of the profile beside it, and a snapshot is an earlier
     * one: neither is added to it. */
    return entry->d_name[0] != '.' && ends_with(entry->d_name, PROFILE_SUFFIX) &&
           !ends_with(entry->d_name, PROFILE_PEAK_SUFFIX) &&
           !ends_with(entry->d_name, EVERY_SUFFIX);
}

static struct error *append_directory(struct inputs *inputs, const char *name)
{
    struct dirent **entries;
    int count = scandir(name, &entries, is_profile_name, alphasort);
    if (count < 0)
        return error_create_errno(errno, "%s", name);
    struct error *error = NULL;
    if (count == 0)
        error = error_create("%s: no profiles in this directory (names that end in " PROFILE_SUFFIX
                             "); try one that 'memprof run --output' wrote to",
                             name);
    const char *slash = name[strlen(name) - 1] == '/' ? "" : "/";
    for (int i = 0; i < count; i++) {
        char *path = NULL;
        if (!error && asprintf(&path, "%s%s%s", name, slash, entries[i]->d_name) < 0)
            path = NULL;
        if (!error)
            error = append_file(inputs, path, true);
        free(entries[i]);
    }
    free(entries);
    return error;
}

/* --- directories of `memprof stat` --- */

static char *path_in(const char *directory, const char *name)
{
    char *path;
    return asprintf(&path, "%s/%s", directory, name) < 0 ? NULL : path;
}

static struct error *append_run(struct inputs *inputs, const char *directory,
                                const struct stat_record *record, const struct stat_run *run)
{
    const struct stat_program *program = stat_record_main(record, run);
    struct input input = {
        .path = path_in(directory, program->profile), .record = record, .run = run};
    if (*program->peak_profile && !(input.peak_path = path_in(directory, program->peak_profile))) {
        free(input.path);
        return error_no_memory();
    }
    return append(inputs, &input);
}

static struct error *append_record(struct inputs *inputs, const char *directory)
{
    struct stat_record **records =
        realloc(inputs->records, (inputs->record_count + 1) * sizeof *records);
    struct stat_record *record = records ? calloc(1, sizeof *record) : NULL;
    if (records)
        inputs->records = records;
    if (!record)
        return error_no_memory();
    records[inputs->record_count++] = record;
    struct error *error = stat_record_read(record, directory);
    for (size_t i = 0; i < record->run_count && !error; i++)
        if (record->runs[i].is_profiled)
            error = append_run(inputs, directory, record, &record->runs[i]);
    return error;
}

static int64_t value_of(const struct input *input, enum profile_value value)
{
    return stat_record_main(input->record, input->run)->values[value];
}

bool inputs_keep_largest_runs(struct inputs *inputs, enum profile_value value)
{
    size_t kept = 0;
    for (size_t i = 0; i < inputs->count; i++) {
        struct input *input = &inputs->items[i], *last = kept ? &inputs->items[kept - 1] : NULL;
        struct input dropped = *input;
        if (!last || !input->record || last->record != input->record) {
            inputs->items[kept++] = *input;
            continue;
        }
        if (value_of(input, value) > value_of(last, value)) {
            dropped = *last;
            *last = *input;
        }
        free(dropped.path);
        free(dropped.peak_path);
    }
    bool had_others = kept < inputs->count;
    inputs->count = kept;
    return had_others;
}

/* --- all --- */

/* Takes the argument over. */
static struct error *append_process(struct inputs *inputs, const struct argument *process)
{
    struct input input = {.path = strdup(process->text), .is_process = true, .process = *process};
    input.process.text = input.path;
    struct error *error = append(inputs, &input);
    if (error)
        free(process->state);
    return error;
}

static struct error *append_name(struct inputs *inputs, const char *name)
{
    struct argument argument = argument_of_file(name);
    if (inputs->has_processes)
        inputs->status = argument_resolve(inputs->command, name, &argument);
    if (inputs->status > 0)
        return NULL;
    inputs->status = 0;
    switch (argument.kind) {
    case ARGUMENT_DIRECTORY:
        return stat_record_is_in(name) ? append_record(inputs, name)
                                       : append_directory(inputs, name);
    case ARGUMENT_PROCESS:
    case ARGUMENT_STATE:
        return append_process(inputs, &argument);
    case ARGUMENT_FILE:
        break;
    }
    if (inputs->has_processes && open_is_state(name)) {
        argument.kind = ARGUMENT_STATE;
        return (argument.state = strdup(name)) ? append_process(inputs, &argument)
                                               : error_no_memory();
    }
    return append_file(inputs, strdup(name), false);
}

struct error *inputs_init(struct inputs *inputs, char *const *names, size_t count)
{
    struct error *error = NULL;
    for (size_t i = 0; i < count && !error && !inputs->status; i++)
        error = append_name(inputs, names[i]);
    return error;
}

void inputs_deinit(struct inputs *inputs)
{
    for (size_t i = 0; i < inputs->count; i++) {
        free(inputs->items[i].path);
        free(inputs->items[i].peak_path);
        free(inputs->items[i].process.state);
    }
    for (size_t i = 0; i < inputs->record_count; i++) {
        stat_record_deinit(inputs->records[i]);
        free(inputs->records[i]);
    }
    free(inputs->items);
    free(inputs->records);
}

struct error *inputs_open(const struct input *input, struct profile **profile)
{
    return input->is_process ? open_snapshot(&input->process, profile)
                             : open_profile(input->path, profile);
}

/* Of memprof's profiles of every allocation, and no others, the period is one byte. */
static bool is_exact(const struct profile *profile)
{
    return profile->period == 1 &&
           strcmp(profile_string(profile, profile->period_type.unit), "bytes") == 0;
}

static const char *exactness(bool exact)
{
    return exact ? "exact (interval 1)" : "sampled";
}

static struct error *check(const struct inputs *inputs, const struct profile_merger *merger,
                           const struct input *input, const struct profile *profile,
                           bool first_is_exact)
{
    if (!profile_merger_takes(merger, profile))
        return error_create("%s: its values are of other types than those of the profiles before "
                            "it, so they cannot be added up; %s",
                            input->path, inputs->advice);
    if (inputs->refuses_mixed && is_exact(profile) != first_is_exact)
        return error_create("%s: is %s, and the profiles before it are %s, so the sum would be "
                            "neither; try --force to add them up all the same",
                            input->path, exactness(!first_is_exact), exactness(first_is_exact));
    return NULL;
}

/* *first_is_exact is set by the first that is added (*count == 0). */
static struct error *add(const struct inputs *inputs, struct profile_merger *merger,
                         const struct input *input, size_t *count, bool *first_is_exact)
{
    struct profile *profile;
    struct error *error = inputs_open(input, &profile);
    if (error)
        return error;
    if (*count == 0)
        *first_is_exact = is_exact(profile);
    error = check(inputs, merger, input, profile, *first_is_exact);
    if (!error && !profile_merger_add(merger, profile))
        error = error_no_memory();
    *count += error == NULL;
    profile_destroy(profile);
    return error;
}

struct error *inputs_merge(const struct inputs *inputs, struct profile **sum, size_t *left_out)
{
    *left_out = 0;
    if (inputs->count == 1)
        return inputs_open(&inputs->items[0], sum);
    struct profile_merger *merger = profile_merger_create();
    size_t added = 0;
    bool first_is_exact = false;
    struct error *error = merger ? NULL : error_no_memory();
    for (size_t i = 0; i < inputs->count && !error; i++) {
        error = add(inputs, merger, &inputs->items[i], &added, &first_is_exact);
        if (!error || !inputs->items[i].is_found || error == error_no_memory())
            continue;
        cli_fail(inputs->command, error);
        error = NULL;
        ++*left_out;
    }
    if (!error && *left_out == inputs->count)
        error = error_create("none of the files in the directory is a profile");
    if (!error)
        *sum = profile_merger_finish(merger);
    profile_merger_destroy(merger);
    return error;
}
