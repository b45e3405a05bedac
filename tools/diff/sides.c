/* SPDX-License-Identifier: Apache-2.0
 *
 * Reads each file as a run, without the frames of allocators that the profile itself names.
 */
#include "tools/diff/sides.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "collector/base/path.h"
#include "collector/profile/canonical.h"
#include "collector/profile/prune.h"
#include "collector/profile/site_reading.h"
#include "tools/open.h"

const char *const sides_value_names[PROFILE_VALUES] = {"alloc_objects", "alloc_space",
                                                       "inuse_objects", "inuse_space"};

int sides_find_value(const char *name, size_t length)
{
    for (int i = 0; i < PROFILE_VALUES; i++)
        if (strlen(sides_value_names[i]) == length &&
            strncmp(sides_value_names[i], name, length) == 0)
            return i;
    return -1;
}

const char *sides_unit(enum profile_value type)
{
    return type == PROFILE_ALLOC_SPACE || type == PROFILE_INUSE_SPACE ? "bytes" : "count";
}

/* --- whose code it is --- */

static bool is_below(const char *path, const char *directory)
{
    size_t length = strlen(directory);
    return strncmp(path, directory, length) == 0;
}

/* The C and C++ libraries and what starts a program: their frames differ between builds. */
static bool is_runtime(const char *module)
{
    static const char *const names[] = {"libc.so",
                                        "libstdc++.so",
                                        "libgcc_s.so",
                                        "libm.so",
                                        "libpthread.so",
                                        "libc++.so",
                                        "libc++abi.so",
                                        "[vdso]",
                                        "ld-linux-x86-64.so",
                                        "ld-linux-aarch64.so"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strcmp(module, names[i]) == 0)
            return true;
    return false;
}

/* Names of modules in system directories, as the profiles have them. */
struct ownership {
    const struct diff_options *options;
    char **elsewhere;
    size_t count;
};

static enum code code_of(void *context, const char *module)
{
    const struct ownership *ownership = context;
    if (is_runtime(module))
        return CODE_SYSTEM;
    if (ownership->options->own)
        return pattern_matches(ownership->options->own, module) ? CODE_OWN : CODE_OTHER;
    for (size_t i = 0; i < ownership->count; i++)
        if (strcmp(ownership->elsewhere[i], module) == 0)
            return CODE_OTHER;
    return CODE_OWN;
}

/* A program below /usr is own code, too, when it is the one that was profiled: its mapping is
 * the first. */
static bool note_modules(struct ownership *ownership, const struct profile *profile)
{
    for (uint32_t i = 2; i < profile->mappings.count; i++) {
        const char *path = profile_string(profile, profile->mappings.items[i].file);
        if (!is_below(path, "/usr/") && !is_below(path, "/lib"))
            continue;
        char *name = strdup(path);
        char **moved = realloc(ownership->elsewhere, (ownership->count + 1) * sizeof *moved);
        if (moved)
            ownership->elsewhere = moved;
        if (!name || !moved) {
            free(name);
            return false;
        }
        canonical_module(name);
        moved[ownership->count++] = name;
    }
    return true;
}

/* --- reading --- */

/* "memprof: N events lost", of as many as were recorded. */
static double lost_share(const struct profile *profile)
{
    uint64_t lost = 0;
    double objects = 0;
    int type = profile_find_type(profile, "alloc_objects");
    for (uint32_t i = 0; i < profile->comments.count; i++) {
        const char *text = profile_string(profile, profile->comments.items[i]);
        if (sscanf(text, "memprof: %" SCNu64 " events lost", &lost) == 1)
            break;
    }
    if (type >= 0)
        objects = (double)profile_total(profile, type);
    return lost ? (double)lost / (objects + (double)lost) : 0;
}

static char *program_of(const struct profile *profile)
{
    char *name = strdup(profile->mappings.count > 1
                            ? profile_string(profile, profile->mappings.items[1].file)
                            : "");
    if (name)
        canonical_module(name);
    return name;
}

static struct error *read_run(struct sides *sides, int side, const char *path,
                              struct ownership *ownership)
{
    struct profile *profile;
    struct error *error = open_profile(path, &profile);
    if (error)
        return error;
    profile_clean(profile);
    double lost = lost_share(profile);
    sides->lost = lost > sides->lost ? lost : sides->lost;
    sides->is_exact &= profile->period <= 1;
    if (!sides->program[side])
        sides->program[side] = program_of(profile);
    if (!sides->program[side] || !note_modules(ownership, profile))
        error = error_no_memory();
    if (!error && profile->samples.count == 0)
        error = error_create("%s: it has no samples, so there is nothing to compare", path);
    if (!error && !profile_prune_named(profile))
        error = error_create("%s: there is not enough memory to compare it", path);
    if (!error)
        error = site_table_add(&sides->table, profile, path);
    profile_destroy(profile);
    return error;
}

static struct error *read_all(struct sides *sides, struct ownership *ownership)
{
    struct error *error = NULL;
    for (int side = 0; side < 2; side++)
        for (size_t i = 0; i < sides->inputs[side].count && !error; i++)
            error = read_run(sides, side, sides->inputs[side].items[i].path, ownership);
    return error;
}

static struct error *check_program(const struct sides *sides)
{
    if (sides->options->allow_program || strcmp(sides->program[0], sides->program[1]) == 0)
        return NULL;
    return error_create(
        "%s is a profile of '%s', %s of '%s'; with --allow-program they are compared",
        sides->inputs[0].items[0].path, sides->program[0], sides->inputs[1].items[0].path,
        sides->program[1]);
}

struct error *sides_init(struct sides *sides, const struct diff_options *options)
{
    *sides = (struct sides){.is_exact = true, .options = options, .type = PROFILE_ALLOC_SPACE};
    if (options->type) {
        int type = sides_find_value(options->type, strlen(options->type));
        if (type < 0)
            return error_create("--sample: '%s' is unknown; try alloc_objects, alloc_space, "
                                "inuse_objects or inuse_space",
                                options->type);
        sides->type = (enum profile_value)type;
    }
    struct error *error = inputs_init(&sides->inputs[0], options->base, options->base_count);
    if (!error)
        error = inputs_init(&sides->inputs[1], options->changed, options->changed_count);
    size_t base = sides->inputs[0].count, runs = base + sides->inputs[1].count;
    if (!error && !site_table_init(&sides->table, (uint32_t)runs, options->fold_templates))
        error = error_no_memory();
    struct ownership ownership = {.options = options};
    if (!error)
        error = read_all(sides, &ownership);
    if (!error)
        error = check_program(sides);
    const struct compare_options how = {code_of, &ownership};
    if (!error && !comparison_init(&sides->comparison, &sides->table, (uint32_t)base, &how))
        error = error_create("there is not enough memory to compare %zu profiles", runs);
    for (size_t i = 0; i < ownership.count; i++)
        free(ownership.elsewhere[i]);
    free(ownership.elsewhere);
    return error;
}

void sides_deinit(struct sides *sides)
{
    for (int side = 0; side < 2; side++) {
        inputs_deinit(&sides->inputs[side]);
        free(sides->program[side]);
    }
    comparison_deinit(&sides->comparison);
    site_table_deinit(&sides->table);
}
