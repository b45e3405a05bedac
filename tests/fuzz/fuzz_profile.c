/* SPDX-License-Identifier: Apache-2.0
 *
 * Any bytes as a profile: decoded, added up, merged, compared, encoded and decoded again,
 * pruned and filtered.
 */
#include "collector/profile/compare_judge.h"
#include "collector/profile/filter.h"
#include "collector/profile/graph.h"
#include "collector/profile/merge.h"
#include "collector/profile/pprof_decode.h"
#include "collector/profile/pprof_encode.h"
#include "collector/profile/prune.h"
#include "collector/profile/renamed.h"
#include "collector/profile/site_reading.h"
#include "collector/profile/stacks.h"
#include "collector/profile/wrappers.h"
#include "fuzz_seed.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

static int sink = -1;

/* A sample type, a sample of one location with a label, its line and function,
 * a mapping, strings, comments, an expression to drop: one of each field. */
static const char seed[] =
    "\x0a\x04\x08\x01\x10\x02"                                             /* sample_type */
    "\x12\x0f\x0a\x02\x01\x01\x12\x01\x07\x1a\x06\x08\x03\x18\x10\x20\x02" /* sample */
    "\x1a\x08\x08\x01\x10\x80\x20\x18\x80\x40"                             /* mapping */
    "\x22\x0d\x08\x01\x10\x01\x18\x80\x30\x22\x04\x08\x01\x10\x05"         /* location */
    "\x2a\x08\x08\x01\x10\x04\x18\x04\x20\x05"                             /* function */
    "\x32\x00\x32\x05space\x32\x05"
    "bytes\x32\x04size\x32\x04"
    "f(g)\x32\x04/f.c"
    "\x38\x06\x32\x03(f)\x48\x01\x60\x02\x6a\x01\x04\x70\x01";

/* The same with the four values that are compared. */
static const char heap_seed[] =
    "\x0a\x04\x08\x07\x10\x08\x0a\x04\x08\x09\x10\x02\x0a\x04\x08\x0a\x10\x08\x0a\x04\x08\x0b\x10"
    "\x02"                                                                     /* sample_type */
    "\x12\x10\x0a\x02\x01\x01\x12\x04\x05\x09\x01\x03\x1a\x04\x08\x02\x18\x10" /* sample */
    "\x1a\x0a\x08\x01\x10\x80\x20\x18\x80\x40\x28\x05"                         /* mapping */
    "\x22\x0d\x08\x01\x10\x01\x18\x80\x30\x22\x04\x08\x01\x10\x05"             /* location */
    "\x2a\x08\x08\x01\x10\x04\x18\x04\x20\x05"                                 /* function */
    "\x32\x00"
    ""
    "\x32\x05"
    "space"
    "\x32\x05"
    "bytes"
    "\x32\x04"
    "size"
    "\x32\x04"
    "f(g)"
    "\x32\x04"
    "/f.c"
    "\x32\x03"
    "(f)"
    "\x32\x0d"
    "alloc_objects"
    "\x32\x05"
    "count"
    "\x32\x0b"
    "alloc_space"
    "\x32\x0d"
    "inuse_objects"
    "\x32\x0b"
    "inuse_space"
    "\x48\x01\x60\x02";

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    fuzz_seed(*argc, *argv, "example", seed, sizeof(seed) - 1);
    fuzz_seed(*argc, *argv, "heap", heap_seed, sizeof(heap_seed) - 1);
    sink = memfd_create("fuzz", 0);
    return sink >= 0 ? 0 : 1;
}

static void add_up(const struct profile *profile)
{
    for (int type = -1; type <= (int)profile->types.count; type++) {
        struct profile_graph_options options = {PROFILE_BY_LISTING, .wants_edges = true};
        struct profile_graph graph;
        struct profile_stacks stacks;
        struct error *error = profile_graph_create(profile, type, &options, &graph);
        if (error) {
            error_destroy(error);
            continue;
        }
        profile_graph_destroy(&graph);
        free(profile_wrappers_find(profile, type));
        if (profile_stacks_init(&stacks, profile, type))
            profile_total(profile, type);
        profile_stacks_deinit(&stacks);
    }
}

/* Twice the same is twice as much, in no more samples. */
static void merge_twice(const struct profile *profile)
{
    struct profile_merger *merger = profile_merger_create();
    if (merger && profile_merger_add(merger, profile) && profile_merger_takes(merger, profile) &&
        profile_merger_add(merger, profile)) {
        struct profile *sum = profile_merger_finish(merger);
        if (sum->samples.count > profile->samples.count)
            abort();
        for (int type = 0; type < (int)profile->types.count; type++)
            if ((uint64_t)profile_total(sum, type) != 2 * (uint64_t)profile_total(profile, type))
                abort();
        profile_destroy(sum);
    }
    profile_merger_destroy(merger);
}

static enum code own(void *context, const char *module)
{
    (void)context;
    return module[0] == '/' ? CODE_SYSTEM : CODE_OWN;
}

/* A profile is no different from itself, and whatever is estimated has an interval. */
static void judge_row(const struct comparison *comparison, uint32_t row, enum profile_value type)
{
    struct variance_prior prior;
    struct judged judged;
    if (!comparison_prior(comparison, comparison->rows.items[row].kind, type, &prior) ||
        !comparison_judge_row(comparison, row, type, &prior, 0.95, &judged))
        return;
    bool is_exact = comparison->table->runs.items[0].sampling == SITE_EXACT;
    if (is_exact != (judged.judgement == JUDGED_SAME) ||
        !(judged.interval.low <= 0 && judged.interval.high >= 0) || !(judged.p > 0.5))
        abort();
    judged_needs(&judged, 0.95, 1);
    if (judged_sees(&judged, 0, 0.98, 0.9) < 0)
        abort();
}

/* As both sides of a comparison. */
static void compare(const struct profile *profile)
{
    struct site_table table;
    struct comparison comparison = {0};
    struct error *error = NULL;
    bool has_memory = site_table_init(&table, 2, true);
    for (int side = 0; has_memory && side < 2 && !error; side++)
        error = site_table_add(&table, profile, "fuzz");
    if (has_memory && !error &&
        comparison_init(&comparison, &table, 1, &(struct compare_options){own, NULL})) {
        uint32_t path;
        renamed_find(&comparison);
        for (uint32_t i = 0; i < comparison.rows.count * PROFILE_VALUES; i++)
            judge_row(&comparison, i / PROFILE_VALUES, (enum profile_value)(i % PROFILE_VALUES));
        comparison_blame(&comparison, PROFILE_ALLOC_SPACE, &path);
    }
    error_destroy(error);
    comparison_deinit(&comparison);
    site_table_deinit(&table);
}

/* What the views of a profile do to it: it is not the same afterwards. */
static void reduce(struct profile *profile)
{
    struct pattern *f = NULL, *g = NULL;
    struct profile_filter_matches matches;
    bool *is_marked = profile_prune_match(profile);
    if (is_marked && profile->types.count)
        profile_prune(profile, is_marked, 0, NULL);
    free(is_marked);
    error_destroy(pattern_create("[f-k]", &f));
    error_destroy(pattern_create("g|/", &g));
    profile_filter(profile, &(struct profile_filter){.focus = f, .hide = g}, &matches);
    add_up(profile);
    profile_filter(profile, &(struct profile_filter){.ignore = f, .show = g}, &matches);
    add_up(profile);
    pattern_destroy(f);
    pattern_destroy(g);
}

/* What was decoded encodes to something that decodes to as much. */
static void encode_and_decode(const struct profile *profile)
{
    struct profile *again = NULL;
    if (ftruncate(sink, 0) != 0 || lseek(sink, 0, SEEK_SET) != 0)
        return;
    struct error *error = pprof_encode(profile, sink, "fuzz", NULL, NULL);
    if (error) {
        error_destroy(error);
        return;
    }
    size_t count = (size_t)lseek(sink, 0, SEEK_CUR);
    char *bytes = malloc(count + 1);
    if (pread(sink, bytes, count, 0) == (ssize_t)count) {
        error = pprof_decode(bytes, count, "fuzz", &again);
        if (error || again->samples.count != profile->samples.count ||
            again->locations.count != profile->locations.count)
            abort();
        profile_destroy(again);
    }
    free(bytes);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct profile *profile;
    struct error *error = pprof_decode(data, size, "fuzz", &profile);
    if (error) {
        error_destroy(error);
        return 0;
    }
    add_up(profile);
    merge_twice(profile);
    encode_and_decode(profile);
    compare(profile);
    reduce(profile);
    profile_destroy(profile);
    return 0;
}
