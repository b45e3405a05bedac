/* SPDX-License-Identifier: Apache-2.0
 *
 * Blocks are freed at stacks that allocate nothing, which the profile does not have: so the stacks
 * here are a tree of their own, with names of its own, most of which are known by then.
 */
#include "collector/take_lifetimes.h"
#include "collector/base/budget.h"
#include "collector/base/clock.h"
#include "collector/lifetime_sums.h"
#include "collector/lifetimes/sidecar.h"
#include "collector/state/header.h"
#include "collector/symbols/tail_frames.h"

#include <time.h>

bool lifetimes_are_there(const struct snapshot_source *source)
{
    return state_reader_info(source->reader)->lifetimes != 0;
}

static void describe(struct lifetimes *lifetimes, const struct state_info *info, uint64_t end_ns)
{
    uint64_t end = end_ns ? end_ns : clock_ns(CLOCK_REALTIME);
    lifetimes->interval_bytes = info->interval_bytes ? info->interval_bytes : 1;
    lifetimes->windows = info->lifetimes;
    lifetimes->start_ns = info->start_ns;
    lifetimes->run_ns = end > info->start_ns ? end - info->start_ns : 0;
}

static bool take(struct snapshot_source *source, const struct snapshot_options *options,
                 struct aggregate *stacks, struct symbol_calls *calls, struct lifetimes *lifetimes)
{
    describe(lifetimes, state_reader_info(source->reader), options->end_ns);
    if (!lifetime_sums_read(lifetimes, stacks, source->reader) ||
        state_reader_is_broken(source->reader) || !snapshot_name(source, stacks, calls, options))
        return false;
    lifetimes->profile = stacks->profile;
    stacks->profile = NULL;
    bool has_memory = sidecar_fill(lifetimes) &&
                      snapshot_describe(source, lifetimes->profile, options) &&
                      tail_frames_apply(lifetimes->profile, calls);
    if (has_memory)
        profile_drop_index(lifetimes->profile);
    return has_memory;
}

struct error *lifetimes_take(struct snapshot_source *source, const struct snapshot_options *options,
                             struct profile **profile)
{
    struct aggregate stacks;
    struct symbol_calls calls = {0};
    struct lifetimes lifetimes;
    *profile = NULL;
    if (!lifetimes_are_there(source))
        return NULL;
    lifetimes_init(&lifetimes);
    bool is_done =
        aggregate_init_stacks(&stacks) && take(source, options, &stacks, &calls, &lifetimes);
    symbol_calls_deinit(&calls);
    aggregate_deinit(&stacks);
    if (is_done) {
        *profile = lifetimes.profile;
        lifetimes.profile = NULL;
    }
    lifetimes_deinit(&lifetimes);
    if (state_reader_is_broken(source->reader))
        return error_create("cannot collect: %s: the file was truncated while it was read",
                            source->name);
    return is_done ? NULL : budget_error("cannot collect: %s", source->name);
}

static struct error *open_source(struct lifetimes *lifetimes, struct snapshot_source *source)
{
    const struct snapshot_options options = {0};
    struct profile *profile = NULL;
    struct error *error = lifetimes_take(source, &options, &profile);
    if (!error && !profile)
        error = error_create("%s: " LIFETIMES_MISSING, source->name);
    return error ? error : sidecar_understand(lifetimes, profile, source->name);
}

struct error *lifetimes_open(struct lifetimes *lifetimes, int fd, const char *name, pid_t process)
{
    struct snapshot_source source;
    lifetimes_init(lifetimes);
    budget_begin(budget_stored_bytes(fd));
    struct error *error = snapshot_source_init(&source, fd, name, process);
    if (!error)
        error = open_source(lifetimes, &source);
    snapshot_source_deinit(&source);
    budget_end();
    return error;
}
