/* SPDX-License-Identifier: Apache-2.0
 *
 * watches PID SNAPSHOTS: takes so many snapshots of a process that goes on, and fails at the first
 * in which a site has freed more than it allocated, or has allocated less than in one before,
 * or whose profile has a value that cannot be.
 */
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

#include "collector/live_process.h"

static const char *fault_of_site(const struct state_reader_counts *now,
                                 const struct state_reader_counts *before)
{
    if (now->freed_objects > now->allocated_objects || now->freed_bytes > now->allocated_bytes)
        return "freed more than it allocated";
    if (before && (now->allocated_objects < before->allocated_objects ||
                   now->allocated_bytes < before->allocated_bytes))
        return "has allocated less than before";
    return NULL;
}

static bool check_counts(const struct counts *now, const struct counts *before, uint64_t number)
{
    for (uint32_t i = 1; i < now->count; i++) {
        const struct state_reader_counts *at = &now->of_site[i];
        const char *fault = fault_of_site(at, i < before->count ? &before->of_site[i] : NULL);
        if (!fault)
            continue;
        printf("snapshot %" PRIu64 ": site %" PRIu32 " %s: allocated %" PRIu64 " objects %" PRIu64
               " bytes, freed %" PRIu64 " %" PRIu64 "\n",
               number, i, fault, at->allocated_objects, at->allocated_bytes, at->freed_objects,
               at->freed_bytes);
        return false;
    }
    return now->count >= before->count;
}

static bool check_profile(const struct profile *profile, uint64_t number)
{
    for (uint32_t i = 0; i < profile->samples.count; i++) {
        const int64_t *values = &profile->values.items[(size_t)i * PROFILE_VALUES];
        if (values[PROFILE_ALLOC_OBJECTS] >= values[PROFILE_INUSE_OBJECTS] &&
            values[PROFILE_ALLOC_SPACE] >= values[PROFILE_INUSE_SPACE] &&
            values[PROFILE_INUSE_OBJECTS] >= 0 && values[PROFILE_INUSE_SPACE] >= 0)
            continue;
        printf("snapshot %" PRIu64 ": sample %" PRIu32 " has impossible values\n", number, i);
        return false;
    }
    return true;
}

static uint64_t sum_allocated(const struct counts *counts)
{
    uint64_t objects = 0;
    for (uint32_t i = 1; i < counts->count; i++)
        objects += counts->of_site[i].allocated_objects;
    return objects;
}

int main(int argc, char **argv)
{
    struct live_process *process;
    struct counts before = {0};
    const struct snapshot_options options = {0};
    if (argc != 3)
        return 2;
    uint64_t wanted = strtoull(argv[2], NULL, 10), taken = 0, first = 0;
    struct error *error = live_process_open((pid_t)atoi(argv[1]), &process);
    if (error) {
        puts(error_message(error));
        return 2;
    }
    bool is_right = true;
    while (is_right && taken < wanted && !live_process_has_ended(process)) {
        struct snapshot snapshot;
        error = live_process_snapshot(process, &options, &snapshot);
        if (error) {
            puts(error_message(error));
            return 2;
        }
        is_right = check_counts(&snapshot.counts, &before, ++taken) &&
                   check_profile(snapshot.profile, taken);
        counts_deinit(&before);
        before = snapshot.counts;
        if (taken == 1)
            first = sum_allocated(&before);
        snapshot.counts = (struct counts){0};
        snapshot_deinit(&snapshot);
    }
    printf("%" PRIu64 " snapshots of %" PRIu32 " sites, which allocated %" PRIu64
           " objects meanwhile\n",
           taken, before.count, sum_allocated(&before) - first);
    counts_deinit(&before);
    live_process_close(process);
    return is_right && taken == wanted ? 0 : 1;
}
