/* SPDX-License-Identifier: Apache-2.0 */
#include "collector/inspect_lifetimes.h"
#include "collector/base/budget.h"
#include "collector/state/lifetimes.h"
#include "collector/state/tables.h"

#include <inttypes.h>

struct sums {
    uint64_t followed, ended, doubted, censored, unfollowed, crossed, reallocated, replaced;
};

static uint64_t sum_of(const uint32_t *values, unsigned count)
{
    uint64_t sum = 0;
    for (unsigned i = 0; i < count; i++)
        sum += values[i];
    return sum;
}

static bool add(void *context, const struct state_reader_life *life)
{
    struct sums *sums = context;
    sums->followed += life->followed;
    sums->ended += sum_of(life->ended_at, STATE_READER_LEVELS);
    sums->doubted += life->doubted;
    sums->censored += life->censored;
    sums->unfollowed += life->unfollowed;
    sums->crossed += life->crossed;
    sums->reallocated += life->realloc_in;
    sums->replaced += (uint64_t)life->replaced_larger + life->replaced_smaller;
    return !budget_is_over();
}

void inspect_put_lifetimes(FILE *out, const struct state_reader *reader,
                           const struct state_info *info)
{
    struct sums s = {0};
    if (info->lifetimes == 0)
        return;
    state_reader_lives(reader, add, &s);
    fprintf(out,
            "lifetimes\n  %-12s one of %" PRIu32 " windows of %" PRIu32 " events\n  %-12s %" PRIu64
            ", of which ended %" PRIu64 ", censored %" PRIu64 ", unfollowed %" PRIu64
            "\n  %-12s %" PRIu64 "\n  %-12s %" PRIu64 "\n  %-12s %" PRIu64 "\n  %-12s %" PRIu64
            "\n",
            "followed", info->lifetimes, info->lifetimes_window, "allocations", s.followed, s.ended,
            s.censored, s.unfollowed, "doubted", s.doubted, "crossed", s.crossed, "reallocated",
            s.reallocated, "replaced", s.replaced);
}

static void put_array(FILE *out, const char *name, const uint32_t *values, unsigned count)
{
    if (sum_of(values, count) == 0)
        return;
    fprintf(out, "      %-12s", name);
    for (unsigned i = 0; i < count; i++)
        if (values[i])
            fprintf(out, " %u:%" PRIu32, i, values[i]);
    fputc('\n', out);
}

static bool put_life(void *context, const struct state_reader_life *life)
{
    FILE *out = context;
    fprintf(out,
            "  node %" PRIu32 " shard %" PRIu32 " depth %" PRIu32 ": followed %" PRIu32
            ", censored %" PRIu32 ", unfollowed %" PRIu32 ", crossed %" PRIu32 "\n",
            life->node, life->shard, life->depth, life->followed, life->censored, life->unfollowed,
            life->crossed);
    fprintf(out,
            "      live %" PRId32 " at most %" PRIu32 ", sizes %" PRIu32 " to %" PRIu32
            ", slack %" PRIu64 " bytes\n",
            life->live, life->live_max, life->size_min, life->size_max, life->slack_bytes);
    if (life->realloc_in || life->realloc_out)
        fprintf(out,
                "      reallocated to %" PRIu32 ", from %" PRIu32 ", moved %" PRIu32 " (%" PRIu64
                " bytes); %" PRIu32 " chains, longest %" PRIu32 "\n",
                life->realloc_in, life->realloc_out, life->moved, life->copied_bytes, life->chains,
                life->chain_longest);
    if (life->replaced_larger || life->replaced_smaller)
        fprintf(out,
                "      replaced by larger %" PRIu32 " (%" PRIu64 " bytes), by others %" PRIu32
                " (%" PRIu64 " bytes)\n",
                life->replaced_larger, life->replaced_larger_bytes, life->replaced_smaller,
                life->replaced_smaller_bytes);
    put_array(out, "began at", life->began_at, STATE_READER_LEVELS);
    put_array(out, "ended at", life->ended_at, STATE_READER_LEVELS);
    if (life->doubted)
        fprintf(out, "      doubted      %" PRIu16 "\n", life->doubted);
    put_array(out, "age", life->age, STATE_READER_AGES);
    put_array(out, "final size", life->final_size, STATE_READER_SIZES);
    return !ferror(out) && !budget_is_over();
}

static bool put_freed_at(void *context, const struct state_reader_freed_at *at)
{
    FILE *out = context;
    fprintf(out, "  node %" PRIu32 " freed at %" PRIu32 " by shard %" PRIu32 ": %" PRIu32 "\n",
            at->node, at->free_node, at->shard, at->count);
    return !ferror(out) && !budget_is_over();
}

void inspect_put_lives(FILE *out, const struct state_reader *reader)
{
    fprintf(out, "lives\n");
    state_reader_lives(reader, put_life, out);
    fprintf(out, "freed at\n");
    state_reader_freed_at(reader, put_freed_at, out);
}
