/* SPDX-License-Identifier: Apache-2.0 */
#include "tools/diff/side_run.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "collector/profile/canonical.h"
#include "collector/profile/comment.h"
#include "tools/open.h"

static enum side_view view_of(const struct profile *profile)
{
    static const char *const views[] = {[SIDE_VIEW_PEAK] = "memprof: view peak",
                                        [SIDE_VIEW_DIFFERENCE] = "memprof: view difference"};
    for (uint32_t i = 0; i < profile->comments.count; i++)
        for (int view = SIDE_VIEW_PEAK; view <= SIDE_VIEW_DIFFERENCE; view++)
            if (strncmp(profile_string(profile, profile->comments.items[i]), views[view],
                        strlen(views[view])) == 0)
                return (enum side_view)view;
    return SIDE_VIEW_END;
}

/* What was lost, of as many events as were recorded. */
static double lost_share(const struct profile *profile)
{
    double objects = 0, lost = (double)profile_lost_events(profile);
    int type = profile_find_type(profile, "alloc_objects");
    if (type >= 0)
        objects = fabs((double)profile_total(profile, type));
    return lost > 0 ? lost / (objects + lost) : 0;
}

/* As `memprof stat` counted it. */
static double lost_of_record(const struct stat_program *program)
{
    double lost = (double)program->lost, objects = (double)program->values[PROFILE_ALLOC_OBJECTS];
    return lost > 0 ? lost / (fabs(objects) + lost) : 0;
}

/* Each part of a merged profile has its own start. */
static bool is_merged(const struct profile *profile)
{
    static const char start[] = "memprof: start ";
    uint32_t starts = 0;
    for (uint32_t i = 0; i < profile->comments.count; i++)
        starts += strncmp(profile_string(profile, profile->comments.items[i]), start,
                          sizeof start - 1) == 0;
    return starts > 1;
}

/* Of a profile that `memprof stat` did not write down: in the one beside it, else the bytes in
 * its own comments. */
static struct error *read_peak(const struct input *input, const struct profile *of,
                               double peak[static 2])
{
    uint64_t bytes;
    peak[0] = peak[1] = NAN;
    if (input->run) {
        const struct stat_program *program = stat_record_main(input->record, input->run);
        peak[0] = (double)program->peak_objects;
        peak[1] = (double)program->peak_bytes;
        return NULL;
    }
    if (!is_merged(of) && profile_find_number(of, "peak", &bytes))
        peak[1] = (double)bytes;
    struct profile *profile;
    struct error *error = input->peak_path ? open_profile(input->peak_path, &profile) : NULL;
    if (error || !input->peak_path)
        return error;
    int objects = profile_find_type(profile, "inuse_objects");
    int space = profile_find_type(profile, "inuse_space");
    if (objects >= 0 && space >= 0) {
        peak[0] = (double)profile_total(profile, objects);
        peak[1] = (double)profile_total(profile, space);
    }
    profile_destroy(profile);
    return NULL;
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

struct error *side_run_init(struct side_run *run, const struct input *input,
                            const struct profile *profile)
{
    *run = (struct side_run){.input = input,
                             .program = program_of(profile),
                             .is_exact = profile->period == 1,
                             .view = view_of(profile),
                             .operations = NAN,
                             .lost = lost_share(profile)};
    if (!run->program)
        return error_no_memory();
    if (input->run) {
        run->lost = fmax(run->lost, lost_of_record(stat_record_main(input->record, input->run)));
        run->operations = input->run->operations;
        run->exit_status = input->run->exit_status;
    }
    return read_peak(input, profile, run->peak);
}

void side_run_deinit(struct side_run *run)
{
    free(run->program);
    run->program = NULL;
}
