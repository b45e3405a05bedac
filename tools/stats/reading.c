/* SPDX-License-Identifier: Apache-2.0 */
#include "tools/stats/reading.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "collector/base/clock.h"
#include "collector/memory/memory.h"
#include "collector/profile/comment.h"
#include "collector/roster_process.h"
#include "collector/state/liveness.h"
#include "collector/take_memstats.h"
#include "tools/open.h"

#define NS_PER_S 1e9

const char *const stats_source_names[] = {"process", "state", "profile"};

/* --- states --- */

/* The totals of the shards, as if all of it were estimated but what is known not to be. */
static void take_totals(struct stats *stats, const struct vitals *vitals)
{
    struct memstats_sums *total = &stats->memstats.total;
    const struct state_reader_counts *counts = &vitals->totals;
    uint64_t values[MEMSTATS_VALUES] = {
        [MEMSTATS_MALLOCS] = counts->allocated_objects,
        [MEMSTATS_FREES] = counts->freed_objects,
        [MEMSTATS_OBJECTS] = vitals_live_objects(vitals),
        [MEMSTATS_ALLOCATED] = counts->allocated_bytes,
        [MEMSTATS_FREED] = counts->freed_bytes,
        [MEMSTATS_INUSE] = vitals_live_bytes(vitals),
    };
    memstats_init(&stats->memstats, (double)vitals->interval_bytes, (double)vitals->threads, false);
    for (int i = 0; i < MEMSTATS_VALUES; i++) {
        total->values[i] = values[i];
        total->sampled[i] = vitals->interval_bytes > 1 ? (double)values[i] : 0;
    }
    stats->alloc_error = vitals->error_bytes;
}

static struct error *take_vitals(struct stats *stats, int fd, const char *name)
{
    struct vitals vitals;
    struct error *error = vitals_read(&vitals, fd, name, false);
    if (!error && !(stats->program = strdup(vitals.comm)))
        error = error_no_memory();
    if (!error) {
        bool is_running = stats->source == STATS_PROCESS;
        stats->lost = vitals.lost;
        stats->has_peak = vitals.peak.is_known;
        stats->peak_bytes = vitals.peak.bytes;
        stats->peak_ns = vitals.peak.is_now && is_running ? stats->time_ns : vitals.peak.ns;
        stats->has_rate = vitals.has_rate && is_running;
        stats->rate = vitals.rate_bytes;
        stats->rate_s =
            (double)(vitals.up_ns < VITALS_RATE_NS ? vitals.up_ns : VITALS_RATE_NS) / NS_PER_S;
        if (!stats->has_sizes)
            take_totals(stats, &vitals);
    }
    vitals_deinit(&vitals);
    return error;
}

static struct error *read_state(struct stats *stats, int fd, const char *name)
{
    struct error *error = stats->has_sizes ? memstats_of_state(&stats->memstats, fd, name) : NULL;
    return error ? error : take_vitals(stats, fd, name);
}

/* --- what the kernel says --- */

static void take_memory(struct stats *stats, const struct memory *memory)
{
    stats->has_memory = true;
    stats->allocator = memory_of_allocator(memory);
    stats->stacks = memory->kinds[MEMORY_MAIN_STACK].sizes;
    memory_sizes_add(&stats->stacks, &memory->kinds[MEMORY_THREAD_STACKS].sizes);
    stats->ours = memory->kinds[MEMORY_OURS].sizes;
    stats->all = memory->total;
    stats->rss = memory->total.rss;
}

/* Mappings that are closed to us are no error: the rest is known without them. */
static struct error *read_memory(struct stats *stats, bool only_totals)
{
    struct roster_process process;
    struct live_mapping mapping = {0};
    struct memory memory;
    stats->has_resident = roster_process_read(&process, stats->pid);
    if (!stats->has_resident)
        return error_create("process %d: it has ended", (int)stats->pid);
    stats->rss = process.rss_bytes;
    stats->rss_most = process.rss_most_bytes;
    if (only_totals || live_find_mapping(stats->pid, &mapping) != 0)
        return NULL;
    struct error *error = memory_read(&memory, stats->pid, mapping.device, mapping.inode);
    if (!error)
        take_memory(stats, &memory);
    memory_deinit(&memory);
    live_mapping_deinit(&mapping);
    return error;
}

static struct error *read_process(struct stats *stats, const struct argument *argument,
                                  bool only_totals)
{
    int fd;
    char *name;
    struct error *error = open_state(argument, &fd, &name);
    if (error)
        return error;
    stats->time_ns = clock_ns(CLOCK_REALTIME);
    error = read_state(stats, fd, name);
    close(fd);
    free(name);
    return error || stats->pid == 0 ? error : read_memory(stats, only_totals);
}

/* --- profiles --- */

static void describe_profile(struct stats *stats, const struct profile *profile)
{
    uint64_t start, end;
    stats->rate_s = (double)profile->duration_ns / NS_PER_S;
    if (profile_find_time(profile, "start", &start) && profile_find_time(profile, "end", &end) &&
        end > start)
        stats->rate_s = (double)(end - start) / NS_PER_S;
    stats->has_peak = profile_find_number(profile, "peak", &stats->peak_bytes);
    if (!stats->has_peak || !profile_find_time(profile, "peak_time", &stats->peak_ns))
        stats->peak_ns = 0;
    stats->lost = profile_lost_events(profile);
    stats->has_rate = stats->rate_s > 0;
    stats->rate = (double)stats->memstats.total.values[MEMSTATS_ALLOCATED] / stats->rate_s;
    if (profile->time_ns > 0)
        stats->time_ns = (uint64_t)profile->time_ns +
                         (uint64_t)(profile->duration_ns > 0 ? profile->duration_ns : 0);
}

static struct error *read_profile(struct stats *stats)
{
    struct error *error = open_profile(stats->name, &stats->profile);
    if (error)
        return error;
    const struct profile *profile = stats->profile;
    const char *view = profile_find_text(profile, "view");
    if (view && strcmp(view, "difference") == 0)
        return error_create(
            "%s: is the difference of two moments, and has no totals; try a profile "
            "of one",
            stats->name);
    if (view)
        stats->view = "peak";
    stats->program = strdup("");
    error = memstats_of_profile(&stats->memstats, profile, stats->name);
    if (!error && !stats->program)
        error = error_no_memory();
    if (!error)
        describe_profile(stats, profile);
    return error;
}

/* --- the whole --- */

struct error *stats_read(struct stats *stats, const struct argument *argument, bool only_totals)
{
    *stats = (struct stats){.name = argument->text, .view = "", .has_sizes = !only_totals};
    memstats_init(&stats->memstats, 1, 1, false);
    switch (argument->kind) {
    case ARGUMENT_PROCESS:
    case ARGUMENT_STATE:
        stats->source = STATS_PROCESS;
        stats->pid = argument->pid;
        return read_process(stats, argument, only_totals);
    case ARGUMENT_DIRECTORY:
        return error_create("%s: is a directory; try one of the profiles in it, or 'memprof merge'",
                            argument->text);
    case ARGUMENT_FILE:
        break;
    }
    if (open_is_state(argument->text)) {
        stats->source = STATS_STATE;
        return read_process(stats, argument, only_totals);
    }
    stats->source = STATS_PROFILE;
    stats->has_sizes = true;
    return read_profile(stats);
}

void stats_deinit(struct stats *stats)
{
    memstats_deinit(&stats->memstats);
    profile_destroy(stats->profile);
    free(stats->program);
    *stats = (struct stats){0};
}
