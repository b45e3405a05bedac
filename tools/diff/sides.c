/* SPDX-License-Identifier: Apache-2.0
 *
 * Reads each file as a run, without the frames of allocators that the profile itself names.
 */
#include "tools/diff/sides.h"

#include <inttypes.h>
#include <math.h>
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

/* --- reading --- */

/* The number in a comment of this form. */
static bool find_comment(const struct profile *profile, const char *format, uint64_t *number)
{
    for (uint32_t i = 0; i < profile->comments.count; i++)
        if (sscanf(profile_string(profile, profile->comments.items[i]), format, number) == 1)
            return true;
    return false;
}

/* What was lost, of as many events as were recorded. */
static double lost_share(const struct profile *profile)
{
    uint64_t lost = 0;
    double objects = 0;
    int type = profile_find_type(profile, "alloc_objects");
    find_comment(profile, "memprof: %" SCNu64 " events lost", &lost);
    if (type >= 0)
        objects = (double)profile_total(profile, type);
    return lost ? (double)lost / (objects + (double)lost) : 0;
}

/* The peak of a profile that `memprof stat` did not write down is in the one beside it. */
static struct error *read_peak(const struct input *input, double peak[static 2])
{
    peak[0] = peak[1] = NAN;
    if (input->run) {
        const struct stat_program *program = stat_record_main(input->record, input->run);
        peak[0] = (double)program->peak_objects;
        peak[1] = (double)program->peak_bytes;
        return NULL;
    }
    struct profile *profile;
    struct error *error = input->peak_path ? open_profile(input->peak_path, &profile) : NULL;
    if (error || !input->peak_path)
        return error;
    int objects = profile_find_type(profile, "inuse_objects");
    int bytes = profile_find_type(profile, "inuse_space");
    if (objects >= 0 && bytes >= 0) {
        peak[0] = (double)profile_total(profile, objects);
        peak[1] = (double)profile_total(profile, bytes);
    }
    profile_destroy(profile);
    return NULL;
}

static struct error *describe_run(const struct input *input, const struct profile *profile,
                                  struct side_run *run)
{
    *run = (struct side_run){.input = input, .operations = NAN, .lost = lost_share(profile)};
    if (input->run) {
        run->operations = input->run->operations;
        run->has_seed = input->record->has_seed;
        run->seed = input->record->seed;
    }
    if (!run->has_seed)
        run->has_seed = find_comment(profile, "memprof: seed %" SCNu64, &run->seed);
    return read_peak(input, run->peak);
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

static struct error *read_run(struct sides *sides, int side, const struct input *input)
{
    struct profile *profile;
    const char *path = input->path;
    struct error *error = open_profile(path, &profile);
    if (error)
        return error;
    profile_clean(profile);
    struct side_run *run = &sides->runs[sides->run_count++];
    error = describe_run(input, profile, run);
    sides->lost = run->lost > sides->lost ? run->lost : sides->lost;
    sides->is_exact &= profile->period <= 1;
    if (!sides->program[side])
        sides->program[side] = program_of(profile);
    if (!error && (!sides->program[side] || !ownership_note(&sides->ownership, profile)))
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

static struct error *read_all(struct sides *sides)
{
    struct error *error = NULL;
    for (int side = 0; side < 2; side++)
        for (size_t i = 0; i < sides->inputs[side].count && !error; i++)
            error = read_run(sides, side, &sides->inputs[side].items[i]);
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
    sides->ownership.pattern = options->own;
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
    sides->runs = calloc(runs + 1, sizeof *sides->runs);
    if (!error &&
        (!sides->runs || !site_table_init(&sides->table, (uint32_t)runs, options->fold_templates)))
        error = error_no_memory();
    if (!error)
        error = read_all(sides);
    if (!error)
        error = check_program(sides);
    const struct compare_options how = {ownership_code, &sides->ownership};
    if (!error && !comparison_init(&sides->comparison, &sides->table, (uint32_t)base, &how))
        error = error_create("there is not enough memory to compare %zu profiles", runs);
    return error;
}

void sides_deinit(struct sides *sides)
{
    for (int side = 0; side < 2; side++) {
        inputs_deinit(&sides->inputs[side]);
        free(sides->program[side]);
    }
    free(sides->runs);
    ownership_deinit(&sides->ownership);
    comparison_deinit(&sides->comparison);
    site_table_deinit(&sides->table);
}
