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

#include "collector/profile/merge.h"
#include "tools/cli.h"
#include "tools/open.h"

#define SUFFIX ".pb.gz"
#define PEAK   ".peak" SUFFIX /* another view of the profile beside it: it is not added up */

/* Takes the path over. */
static struct error *append(struct inputs *inputs, char *path, bool is_found)
{
    struct input *items = path ? realloc(inputs->items, (inputs->count + 1) * sizeof *items) : NULL;
    if (!items) {
        free(path);
        return error_no_memory();
    }
    inputs->items = items;
    items[inputs->count++] = (struct input){path, is_found};
    return NULL;
}

static bool ends_with(const char *name, const char *suffix)
{
    size_t length = strlen(name), wanted = strlen(suffix);
    return length > wanted && strcmp(name + length - wanted, suffix) == 0;
}

/* Hidden files are skipped: they may be half-written. */
static int is_profile_name(const struct dirent *entry)
{
    return entry->d_name[0] != '.' && ends_with(entry->d_name, SUFFIX) &&
           !ends_with(entry->d_name, PEAK);
}

static struct error *append_directory(struct inputs *inputs, const char *name)
{
    struct dirent **entries;
    int count = scandir(name, &entries, is_profile_name, alphasort);
    if (count < 0)
        return error_create_errno(errno, "%s", name);
    struct error *error = NULL;
    if (count == 0)
        error = error_create("%s: no profiles in this directory (names that end in " SUFFIX
                             "); try one that 'memprof run --output' wrote to",
                             name);
    const char *slash = name[strlen(name) - 1] == '/' ? "" : "/";
    for (int i = 0; i < count; i++) {
        char *path = NULL;
        if (!error && asprintf(&path, "%s%s%s", name, slash, entries[i]->d_name) < 0)
            path = NULL;
        if (!error)
            error = append(inputs, path, true);
        free(entries[i]);
    }
    free(entries);
    return error;
}

struct error *inputs_init(struct inputs *inputs, char *const *names, size_t count)
{
    struct error *error = NULL;
    for (size_t i = 0; i < count && !error; i++)
        error = argument_of_file(names[i]).kind == ARGUMENT_DIRECTORY
                    ? append_directory(inputs, names[i])
                    : append(inputs, strdup(names[i]), false);
    return error;
}

void inputs_deinit(struct inputs *inputs)
{
    for (size_t i = 0; i < inputs->count; i++)
        free(inputs->items[i].path);
    free(inputs->items);
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
    struct error *error = open_profile(input->path, &profile);
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
        return open_profile(inputs->items[0].path, sum);
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
