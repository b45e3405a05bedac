/* SPDX-License-Identifier: Apache-2.0
 *
 * Reads each file as a run, without the frames of allocators that the profile itself names.
 */
#include "tools/diff/sides.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "collector/profile/prune.h"
#include "collector/profile/renamed.h"
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

static struct error *read_run(struct sides *sides, int side, const struct input *input)
{
    struct profile *profile;
    const char *path = input->path;
    struct error *error = open_profile(path, &profile);
    if (error)
        return error;
    profile_clean(profile);
    struct side_run *run = &sides->runs[sides->run_count++];
    error = side_run_init(run, input, profile);
    sides->lost = run->lost > sides->lost ? run->lost : sides->lost;
    sides->is_exact &= run->is_exact;
    if (!sides->program[side])
        sides->program[side] = run->program;
    if (!error && !ownership_note(&sides->ownership, profile))
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

/* All runs are of one program, also those of one side. */
static struct error *check_programs(const struct sides *sides)
{
    const struct side_run *first = &sides->runs[0];
    for (size_t i = 1; i < sides->run_count && !sides->options->allow_program; i++)
        if (strcmp(first->program, sides->runs[i].program) != 0)
            return error_create("%s is a profile of '%s', %s of '%s'; with --allow-program they "
                                "are compared",
                                first->input->path, first->program, sides->runs[i].input->path,
                                sides->runs[i].program);
    return NULL;
}

bool sides_seem_swapped(const struct sides *sides)
{
    size_t base = sides->inputs[0].count;
    for (size_t i = 0; i < base; i++)
        for (size_t k = base; k < sides->run_count; k++) {
            int64_t before = sides->table.runs.items[i].time_ns;
            int64_t after = sides->table.runs.items[k].time_ns;
            if (!before || !after || after >= before)
                return false;
        }
    return true;
}

/* What is shown when nothing was asked for: what was allocated; what is in use, where more of that
 * changed, since something is not freed that was; the number, where no size changed. */
static bool choose_type(struct sides *sides)
{
    struct judged totals[PROFILE_VALUES];
    double changes[PROFILE_VALUES] = {0};
    uint32_t total = sides->comparison.first[COMPARE_TOTAL];
    for (int i = 0; i < PROFILE_VALUES; i++) {
        if (!comparison_judge_row(&sides->comparison, total, (enum profile_value)i, NULL, 0.95,
                                  &totals[i]))
            return false;
        bool is_change = totals[i].judgement == JUDGED_DIFFERENT ||
                         (totals[i].judgement == JUDGED_ESTIMATED &&
                          (totals[i].interval.low > 0 || totals[i].interval.high < 0));
        changes[i] = is_change ? fabs(totals[i].changed - totals[i].base) : 0;
    }
    if (changes[PROFILE_INUSE_SPACE] > changes[PROFILE_ALLOC_SPACE])
        sides->type = PROFILE_INUSE_SPACE;
    else if (changes[PROFILE_ALLOC_SPACE] == 0 && changes[PROFILE_ALLOC_OBJECTS] > 0)
        sides->type = PROFILE_ALLOC_OBJECTS;
    return true;
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
        error = check_programs(sides);
    const struct compare_options how = {ownership_code, &sides->ownership};
    if (!error && !(comparison_init(&sides->comparison, &sides->table, (uint32_t)base, &how) &&
                    renamed_find(&sides->comparison)))
        error = error_create("there is not enough memory to compare %zu profiles", runs);
    if (!error && !options->type && !choose_type(sides))
        error = error_no_memory();
    return error;
}

void sides_deinit(struct sides *sides)
{
    for (int side = 0; side < 2; side++)
        inputs_deinit(&sides->inputs[side]);
    for (size_t i = 0; i < sides->run_count; i++)
        side_run_deinit(&sides->runs[i]);
    free(sides->runs);
    ownership_deinit(&sides->ownership);
    comparison_deinit(&sides->comparison);
    site_table_deinit(&sides->table);
}
