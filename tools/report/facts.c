/* SPDX-License-Identifier: Apache-2.0 */
#include "tools/report/facts.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "collector/profile/comment.h"
#include "collector/profile/judge.h"
#include "collector/profile/label.h"
#include "tools/report/timeline.h"

#define CONFIDENCE 0.95

const char *const facts_sampling_names[] = {"exact", "stratified", "poisson", "unknown"};

static bool has_sizes(const struct profile *profile)
{
    for (uint32_t i = 0; i < profile->samples.count; i++)
        if (profile_sample_bytes(profile, &profile->samples.items[i]) >= 0)
            return true;
    return false;
}

static bool is_heap(const struct profile *profile)
{
    for (int i = 0; i < PROFILE_VALUES; i++)
        if (profile_find_type(profile, profile_value_names[i]) < 0)
            return false;
    return true;
}

enum facts_sampling facts_sampling_of(const struct profile *profile, double *interval,
                                      uint64_t *threads)
{
    *interval = profile->period > 1 ? (double)profile->period : 1;
    *threads = 1;
    profile_find_number(profile, "threads", threads);
    if (!is_heap(profile))
        return FACTS_UNKNOWN;
    if (*interval <= 1)
        return FACTS_EXACT;
    return profile_is_ours(profile) && has_sizes(profile) ? FACTS_STRATIFIED : FACTS_POISSON;
}

/* ---- totals ---- */

/* The part of a value that is estimated, and the mean of what a mark stands for. */
struct estimated {
    double bytes, objects, squares;
};

static struct estimated add_estimated(const struct report_facts *facts, int objects_type,
                                      int bytes_type)
{
    const struct profile *profile = facts->profile;
    struct estimated sum = {0};
    for (uint32_t i = 0; i < profile->samples.count; i++) {
        const int64_t *values = profile->values.items + (size_t)i * profile->types.count;
        double size = (double)profile_sample_bytes(profile, &profile->samples.items[i]);
        double bytes = (double)values[bytes_type], objects = (double)values[objects_type];
        if (bytes <= 0 || (facts->sampling == FACTS_STRATIFIED && size > facts->interval))
            continue;
        sum.bytes += bytes;
        sum.objects += objects;
        sum.squares += objects * objects * facts->interval / bytes;
    }
    return sum;
}

static double error_of(const struct report_facts *facts, int type, const struct estimated *part,
                       const struct estimated *all, bool is_bytes, bool is_whole)
{
    double sampled = is_bytes ? part->bytes : part->objects;
    struct measured measured = {
        .value = (double)facts->totals[type].value,
        .sampled = sampled,
        .per_mark = is_bytes            ? facts->interval
                    : part->objects > 0 ? part->squares / part->objects
                                        : 0,
        .all = facts->sampling == FACTS_POISSON ? INFINITY : all->bytes / facts->interval,
        .threads = (double)facts->threads,
        .interval = facts->interval,
        .is_whole = is_whole && facts->sampling == FACTS_STRATIFIED,
    };
    if (sampled <= 0)
        return 0;
    struct interval interval = measured_interval(&measured, CONFIDENCE);
    double error = fmax(interval.high - measured.value, measured.value - interval.low);
    return isfinite(error) ? error : 0;
}

static bool add_totals(struct report_facts *facts)
{
    const struct profile *profile = facts->profile;
    facts->totals = calloc((size_t)profile->types.count + 1, sizeof *facts->totals);
    if (!facts->totals)
        return false;
    for (uint32_t i = 0; i < profile->types.count; i++)
        facts->totals[i] = (struct facts_total){
            .type = profile_string(profile, profile->types.items[i].type),
            .unit = profile_string(profile, profile->types.items[i].unit),
            .value = profile_total(profile, (int)i),
        };
    if (!facts->is_heap)
        return true;
    int at[PROFILE_VALUES];
    for (int i = 0; i < PROFILE_VALUES; i++)
        at[i] = profile_find_type(profile, profile_value_names[i]);
    struct estimated all = add_estimated(facts, at[PROFILE_ALLOC_OBJECTS], at[PROFILE_ALLOC_SPACE]);
    struct estimated live =
        add_estimated(facts, at[PROFILE_INUSE_OBJECTS], at[PROFILE_INUSE_SPACE]);
    facts->events = (double)facts->totals[at[PROFILE_ALLOC_OBJECTS]].value;
    if (facts->sampling == FACTS_EXACT)
        return true;
    facts->events += all.bytes / facts->interval - all.objects;
    for (int i = 0; i < PROFILE_VALUES; i++) {
        bool is_live = i == PROFILE_INUSE_OBJECTS || i == PROFILE_INUSE_SPACE;
        bool is_bytes = i == PROFILE_ALLOC_SPACE || i == PROFILE_INUSE_SPACE;
        facts->totals[at[i]].error =
            error_of(facts, at[i], is_live ? &live : &all, &all, is_bytes, !is_live && is_bytes);
    }
    return true;
}

/* ---- what it says of itself ---- */

static void note_losses(struct report_facts *facts)
{
    static const char *const keys[] = {"lost_live",    "lost_site",   "lost_stack", "lost_module",
                                       "lost_scratch", "lost_growth", "lost_peak"};
    const struct profile *profile = facts->profile;
    uint64_t number, of;
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
        if (profile_find_number(profile, keys[i], &number))
            facts->lost += number;
    for (uint32_t i = 0; i < profile->comments.count; i++)
        if (sscanf(profile_string(profile, profile->comments.items[i]),
                   "memprof: %" SCNu64 " of %" SCNu64 " samples have truncated", &number,
                   &of) == 2) {
            facts->truncated += number;
            facts->samples += of;
        }
}

/* The executable may be another build's by now, but a source that is older than both that file and
 * the profile is what the profiled one was built from. */
static uint64_t built_ns(const struct report_facts *facts)
{
    uint64_t recorded_ns = 0;
    struct stat status;
    if (!report_timeline_parse(facts->start, &recorded_ns) && facts->profile->time_ns > 0)
        recorded_ns = (uint64_t)facts->profile->time_ns;
    if (*facts->program != '/' || stat(facts->program, &status) != 0)
        return recorded_ns;
    uint64_t ns = (uint64_t)status.st_mtim.tv_sec * 1000000000 + (uint64_t)status.st_mtim.tv_nsec;
    return recorded_ns && recorded_ns < ns ? recorded_ns : ns;
}

bool report_facts_init(struct report_facts *facts, const struct report_views *views)
{
    const struct profile *profile = views->items.items[0].profile;
    *facts = (struct report_facts){.profile = profile, .program = "", .build_id = ""};
    facts->is_heap = is_heap(profile);
    facts->sampling = facts_sampling_of(profile, &facts->interval, &facts->threads);
    if (profile->mappings.count > 1) {
        facts->program = profile_string(profile, profile->mappings.items[1].file);
        facts->build_id = profile_string(profile, profile->mappings.items[1].build_id);
    }
    facts->start = profile_find_text(profile, "start");
    facts->end = profile_find_text(profile, "end");
    facts->version = profile_find_text(profile, "version");
    facts->peak_time = profile_find_text(profile, "peak_time");
    facts->peak_bytes = views->timeline.peak_bytes;
    if (!facts->peak_bytes)
        profile_find_number(profile, "peak", &facts->peak_bytes);
    note_losses(facts);
    facts->built_ns = built_ns(facts);
    return add_totals(facts);
}

void report_facts_deinit(struct report_facts *facts)
{
    free(facts->totals);
}
