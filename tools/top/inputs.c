/* SPDX-License-Identifier: Apache-2.0
 *
 * Expands directories and adds profiles up.
 */
#include "tools/top/inputs.h"
#include "collector/profile/file.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "collector/profile/merge.h"
#include "tools/cli.h"
#include "tools/top/options.h"

#define SUFFIX ".pb.gz"

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

static bool is_directory(const char *name)
{
    struct stat status;
    return strcmp(name, "-") != 0 && stat(name, &status) == 0 && S_ISDIR(status.st_mode);
}

/* Hidden files are not looked at: they are somebody's half-written ones. */
static int is_profile_name(const struct dirent *entry)
{
    size_t length = strlen(entry->d_name), suffix = strlen(SUFFIX);
    return entry->d_name[0] != '.' && length > suffix &&
           strcmp(entry->d_name + length - suffix, SUFFIX) == 0;
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
    *inputs = (struct inputs){0};
    for (size_t i = 0; i < count && !error; i++)
        error = is_directory(names[i]) ? append_directory(inputs, names[i])
                                       : append(inputs, strdup(names[i]), false);
    return error;
}

void inputs_deinit(struct inputs *inputs)
{
    for (size_t i = 0; i < inputs->count; i++)
        free(inputs->items[i].path);
    free(inputs->items);
}

static struct error *add(struct profile_merger *merger, const struct input *input)
{
    struct profile *profile;
    struct error *error = profile_read(input->path, &profile);
    if (error)
        return error;
    if (!profile_merger_takes(merger, profile))
        error = error_create("%s: its values are of other types than those of the profiles before "
                             "it, so they cannot be added up; try --per-file",
                             input->path);
    else if (!profile_merger_add(merger, profile))
        error = error_no_memory();
    profile_destroy(profile);
    return error;
}

struct error *inputs_merge(const struct inputs *inputs, struct profile **sum, size_t *left_out)
{
    *left_out = 0;
    if (inputs->count == 1)
        return profile_read(inputs->items[0].path, sum);
    struct profile_merger *merger = profile_merger_create();
    struct error *error = merger ? NULL : error_no_memory();
    for (size_t i = 0; i < inputs->count && !error; i++) {
        error = add(merger, &inputs->items[i]);
        if (!error || !inputs->items[i].is_found || error == error_no_memory())
            continue;
        cli_fail(TOP_COMMAND, error);
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
