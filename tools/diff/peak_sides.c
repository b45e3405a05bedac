/* SPDX-License-Identifier: Apache-2.0 */
#include "tools/diff/peak_sides.h"

#include "collector/profile/prune.h"
#include "collector/profile/site_reading.h"
#include "tools/open.h"

/* A file may be such a profile itself. */
static const char *path_of(const struct side_run *run)
{
    return run->view == SIDE_VIEW_PEAK ? run->input->path : run->input->peak_path;
}

const struct side_run *peak_sides_missing(const struct sides *sides)
{
    for (size_t i = 0; i < sides->run_count; i++)
        if (!path_of(&sides->runs[i]))
            return &sides->runs[i];
    return NULL;
}

static struct error *add_run(struct sides *peaks, const char *path)
{
    struct profile *profile;
    struct error *error = open_profile(path, &profile);
    if (error)
        return error;
    profile_clean(profile);
    if (!profile_prune_named(profile))
        error = error_create("%s: there is not enough memory to compare it", path);
    if (!error)
        error = site_table_add(&peaks->table, profile, path);
    profile_destroy(profile);
    return error;
}

struct error *peak_sides_init(struct sides *peaks, const struct sides *of)
{
    *peaks = *of;
    peaks->table = (struct site_table){.names = NULL};
    peaks->comparison = (struct comparison){.table = NULL};
    if (!site_table_init(&peaks->table, (uint32_t)of->run_count, of->options->fold_templates))
        return error_no_memory();
    struct error *error = NULL;
    for (size_t i = 0; i < of->run_count && !error; i++)
        error = add_run(peaks, path_of(&of->runs[i]));
    const struct compare_options how = {ownership_code, &peaks->ownership};
    if (!error &&
        !comparison_init(&peaks->comparison, &peaks->table, (uint32_t)of->inputs[0].count, &how))
        error = error_no_memory();
    return error;
}

void peak_sides_deinit(struct sides *peaks)
{
    comparison_deinit(&peaks->comparison);
    site_table_deinit(&peaks->table);
}
