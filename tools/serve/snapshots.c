/* SPDX-License-Identifier: Apache-2.0 */
#include "tools/serve/snapshots.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "collector/base/clock.h"
#include "collector/profile/pprof_encode.h"
#include "tools/serve/heap_text.h"

/* Names that take longer to find are left out of this answer, and in the next one. */
#define NAMES_MS 8000

/* What is in use is told as it is, what was allocated since the mark: as if all that was
 * allocated then had been freed at once. */
static void forget_in_use(struct counts *counts)
{
    for (uint32_t i = 0; i < counts->count; i++) {
        counts->of_site[i].freed_objects = counts->of_site[i].allocated_objects;
        counts->of_site[i].freed_bytes = counts->of_site[i].allocated_bytes;
    }
}

static struct error *write_profile(struct profile *profile, const struct work *work, FILE *out)
{
    if (work->kind == WORK_TEXT)
        return heap_text_write(out, profile) ? NULL : error_no_memory();
    if (work->kind == WORK_ALLOCS || work->kind == WORK_DELTA_ALLOCS)
        profile->default_type = profile->types.items[PROFILE_ALLOC_SPACE].type;
    return pprof_encode(profile, fileno(out), "the answer", NULL, NULL);
}

struct error *snapshots_write(struct snapshots *snapshots, struct live_process *process,
                              const struct work *work, FILE *out)
{
    struct snapshot snapshot;
    struct snapshot_options options = {.at_peak = work->kind == WORK_PEAK,
                                       .workers = snapshots->workers,
                                       .deadline_ms = clock_now_ms() + NAMES_MS};
    struct mark *mark = NULL;
    if (work->mark) {
        mark = marks_find(&snapshots->marks, work->mark, work->pid);
        if (!mark)
            return error_create("the beginning of the interval is not known any more; ask again");
        if (work->kind == WORK_DELTA_HEAP)
            forget_in_use(&mark->counts);
        options.earlier = &mark->counts;
    }
    struct error *error = live_process_snapshot(process, &options, &snapshot);
    if (!error && mark)
        snapshot.profile->duration_ns = (clock_now_ms() - mark->taken_ms) * 1000000;
    if (!error)
        error = write_profile(snapshot.profile, work, out);
    snapshot_deinit(&snapshot);
    marks_remove(&snapshots->marks, work->mark);
    return error;
}

struct error *snapshots_mark(struct snapshots *snapshots, struct live_process *process, pid_t pid,
                             uint64_t *mark)
{
    struct snapshot snapshot;
    const struct snapshot_options options = {.workers = snapshots->workers,
                                             .deadline_ms = clock_now_ms() + NAMES_MS};
    struct error *error = live_process_snapshot(process, &options, &snapshot);
    if (!error) {
        struct mark *taken = marks_add(&snapshots->marks, pid, &snapshot.counts);
        *mark = taken ? taken->id : 0;
        if (!taken)
            error = error_create("too many intervals are waited for");
    }
    snapshot_deinit(&snapshot);
    return error;
}

/* ---- names of addresses ---- */

static int by_address(const void *left, const void *right)
{
    const struct profile_location *a = *(const struct profile_location *const *)left;
    const struct profile_location *b = *(const struct profile_location *const *)right;
    return (a->address > b->address) - (a->address < b->address);
}

/* All locations by address; the caller frees them.  NULL: no memory. */
static const struct profile_location **sort_locations(const struct profile *profile)
{
    const struct profile_location **sorted =
        malloc((size_t)profile->locations.count * sizeof *sorted);
    for (uint32_t i = 1; sorted && i < profile->locations.count; i++)
        sorted[i - 1] = &profile->locations.items[i];
    if (sorted && profile->locations.count > 2)
        qsort(sorted, profile->locations.count - 1, sizeof *sorted, by_address);
    return sorted;
}

static const struct profile_location *find(const struct profile_location **sorted, uint32_t count,
                                           uint64_t address)
{
    const struct profile_location key = {.address = address}, *wanted = &key;
    const struct profile_location **found =
        bsearch(&wanted, sorted, count, sizeof *sorted, by_address);
    return found ? *found : NULL;
}

static void put_name(FILE *out, const struct profile *profile,
                     const struct profile_location **sorted, uint64_t address)
{
    uint32_t count = profile->locations.count - 1;
    const struct profile_location *location = find(sorted, count, address);
    if (!location && address)
        location = find(sorted, count, address - 1); /* a return address */
    if (!location || location->line_count == 0)
        return;
    uint32_t function = profile->lines.items[location->line_first].function;
    fprintf(out, "0x%" PRIx64 "\t%s\n", address,
            profile_string(profile, profile->functions.items[function].name));
}

struct error *snapshots_name(struct snapshots *snapshots, struct live_process *process,
                             char *addresses, FILE *out)
{
    struct snapshot snapshot;
    const struct snapshot_options options = {.workers = snapshots->workers,
                                             .deadline_ms = clock_now_ms() + NAMES_MS};
    struct error *error = live_process_snapshot(process, &options, &snapshot);
    const struct profile_location **sorted = error ? NULL : sort_locations(snapshot.profile);
    if (!error && !sorted)
        error = error_no_memory();
    fputs("num_symbols: 1\n", out); /* any number but 0 says that names can be asked for */
    char *rest = NULL;
    for (char *word = strtok_r(addresses, "+ \n", &rest); word && !error;
         word = strtok_r(NULL, "+ \n", &rest)) {
        char *end;
        errno = 0;
        uint64_t address = strtoull(word, &end, 16);
        if (*end == '\0' && errno == 0)
            put_name(out, snapshot.profile, sorted, address);
    }
    free(sorted);
    snapshot_deinit(&snapshot);
    return error;
}
