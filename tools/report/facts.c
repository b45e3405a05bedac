/* SPDX-License-Identifier: Apache-2.0 */
#include "tools/report/facts.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "collector/profile/comment.h"
#include "collector/profile/label.h"
#include "collector/profile/memstats.h"

const char *const facts_sampling_names[] = {"exact", "stratified", "poisson", "unknown"};

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
    return profile_is_ours(profile) && profile_has_sizes(profile) ? FACTS_STRATIFIED
                                                                  : FACTS_POISSON;
}

/* ---- totals ---- */

/* The longer half of the interval; 0: there is none. */
static double error_of(const struct memstats *stats, enum memstats_value value)
{
    double is = (double)stats->total.values[value];
    struct interval interval = memstats_interval(stats, &stats->total, value);
    double error = fmax(interval.high - is, is - interval.low);
    return isfinite(error) ? error : 0;
}

/* How sure the totals of a heap are.  False: no memory. */
static bool add_errors(struct report_facts *facts)
{
    static const enum memstats_value values[PROFILE_VALUES] = {
        [PROFILE_ALLOC_OBJECTS] = MEMSTATS_MALLOCS,
        [PROFILE_ALLOC_SPACE] = MEMSTATS_ALLOCATED,
        [PROFILE_INUSE_OBJECTS] = MEMSTATS_OBJECTS,
        [PROFILE_INUSE_SPACE] = MEMSTATS_INUSE,
    };
    struct memstats stats;
    struct error *error = memstats_of_profile(&stats, facts->profile, "");
    for (int i = 0; !error && i < PROFILE_VALUES; i++)
        facts->totals[profile_find_type(facts->profile, profile_value_names[i])].error =
            error_of(&stats, values[i]);
    /* A sample stands for many allocations, and is one that was recorded. */
    const struct memstats_sums *sums = &stats.total;
    facts->events = (double)sums->values[MEMSTATS_MALLOCS] - sums->sampled[MEMSTATS_MALLOCS] +
                    sums->sampled[MEMSTATS_ALLOCATED] / stats.interval;
    memstats_deinit(&stats);
    bool is_done = !error;
    error_destroy(error);
    return is_done;
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
    return !facts->is_heap || add_errors(facts);
}

/* ---- what it says of itself ---- */

static void note_losses(struct report_facts *facts)
{
    const struct profile *profile = facts->profile;
    uint64_t number, of;
    facts->lost = profile_lost_events(profile);
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
    if (!profile_find_time(facts->profile, "start", &recorded_ns) && facts->profile->time_ns > 0)
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
    facts->host = profile_find_text(profile, "host");
    facts->command = profile_find_text(profile, "command");
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
