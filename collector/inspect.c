/* SPDX-License-Identifier: Apache-2.0
 *
 * Prints what is in a state, not what it means: addresses, no names.
 */
#include "collector/inspect.h"
#include "collector/base/budget.h"
#include "collector/base/clean.h"
#include "collector/base/open_regular.h"
#include "collector/inspect_lifetimes.h"
#include "collector/profile/pseudo.h"
#include "collector/state/counts.h"
#include "collector/state/header.h"
#include "collector/state/names.h"
#include "collector/state/reader.h"
#include "collector/state/tables.h"
#include "collector/state/timeline.h"
#include "collector/vitals.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define STACK_MAX 4096 /* frames printed of one stack: a crafted one may have no end */

static void put_string(FILE *out, const char *what, const char *text)
{
    fprintf(out, "  %-12s ", what);
    clean_put_text(out, text);
    fputc('\n', out);
}

static void put_arguments(FILE *out, const struct state_info *info)
{
    fprintf(out, "  %-12s", "arguments");
    for (size_t at = 0; at < info->arguments_bytes; at += strlen(info->arguments + at) + 1) {
        fputc(' ', out);
        clean_put_text(out, info->arguments + at);
    }
    fputc('\n', out);
}

static void put_process(FILE *out, const struct state_info *info)
{
    char text[64] = "?";
    struct tm local;
    time_t seconds = (time_t)(info->start_ns / 1000000000);
    if (localtime_r(&seconds, &local))
        strftime(text, sizeof(text), "%Y-%m-%d %H:%M:%S", &local);
    fprintf(out, "process\n  %-12s %" PRIu32 " (parent %" PRIu32 ", namespace %" PRIu64 ")\n",
            "pid", info->pid, info->ppid, info->pid_namespace);
    fprintf(out, "  %-12s %" PRIu32 "\n", "user", info->uid);
    fprintf(out, "  %-12s %s.%09" PRIu64 "\n", "start", text, info->start_ns % 1000000000);
    put_string(out, "executable", info->exe);
    put_arguments(out, info);
    put_string(out, "directory", info->cwd);
    fprintf(out, "  %-12s%s%s%s%s%s\n", "flags", info->is_first ? " first" : "",
            info->is_forked ? " forked" : "", info->is_child ? " child" : "",
            info->is_pinned ? " pinned" : "", info->is_exiting ? " exiting" : "");
    fprintf(out, "  %-12s %016" PRIx64 "\n", "run", info->run_id);
}

static void put_options(FILE *out, const struct state_info *info)
{
    fprintf(out, "options\n  %-12s %" PRIu64 " bytes\n", "interval", info->interval_bytes);
    fprintf(out, "  %-12s %" PRIu32 " frames\n", "depth", info->depth);
    fprintf(out, "  %-12s %s\n", "unwinder", info->unwinder);
    fprintf(out, "  %-12s %" PRIu64 "\n", "seed", info->seed);
    put_string(out, "output", info->out ? info->out : "(default)");
    fprintf(out, "  %-12s %s\n", "verbose", info->is_verbose ? "yes" : "no");
}

static void put_tables(FILE *out, const struct state_reader *reader, const struct state_info *info)
{
    fprintf(out,
            "tables (state of %" PRIu64 " bytes, %" PRIu32 " of %" PRIu32 " chunks of %" PRIu32
            " bytes used)\n",
            info->state_bytes, info->chunks_used, info->chunk_count, info->chunk_bytes);
    for (unsigned i = 0; i < STATE_READER_TABLES; i++) {
        uint32_t chunks;
        uint64_t records, capacity;
        const char *name = state_reader_table(reader, i, &chunks, &records, &capacity);
        if (name)
            fprintf(out, "  %-12s %8" PRIu64 " of %8" PRIu64 " records, %" PRIu32 " chunks\n", name,
                    records, capacity, chunks);
    }
    uint32_t id, bytes;
    for (uint32_t i = 0; state_reader_foreign_table(reader, i, &id, &bytes); i++)
        fprintf(out, "  %-12" PRIu32 " unknown: of a later version, records of %" PRIu32 " bytes\n",
                id, bytes);
}

static void put_modules(FILE *out, const struct state_reader *reader)
{
    uint32_t count;
    const struct module *modules = state_reader_modules(reader, &count);
    fprintf(out, "modules\n");
    for (uint32_t i = 1; i < count; i++) {
        const struct module *module = &modules[i];
        char build_id[MODULE_BUILD_ID_TEXT];
        if (module->map_end == 0)
            continue;
        fprintf(out,
                "  %4" PRIu32 " %012" PRIx64 "-%012" PRIx64 " bias %012" PRIx64
                " unload epoch %" PRIu32 " %s",
                i, module->map_start, module->map_end, module->bias, module->unload_epoch,
                module->build_id_length ? "" : "no-build-id");
        fprintf(out, "%s%s ",
                module_build_id_text(build_id, module->build_id, module->build_id_length),
                module->is_executable ? " executable" : "");
        clean_put_text(out, module->path);
        fputc('\n', out);
    }
}

static void put_threads(FILE *out, const struct state_reader *reader, const struct state_info *info)
{
    struct state_reader_shard shard;
    uint64_t owners = 0;
    for (uint32_t i = 1; state_reader_shard(reader, i, &shard); i++)
        owners += shard.owners;
    fprintf(out, "threads %" PRIu64 ", shards %" PRIu32 "\n",
            info->threads > owners ? info->threads : owners, info->shards_used);
    for (uint32_t i = 0; state_reader_shard(reader, i, &shard); i++) {
        if (shard.owners == 0 && shard.samples == 0)
            continue;
        fprintf(out, "  shard %2" PRIu32 ": ", i);
        if (i == 0)
            fprintf(out, "shared");
        else if (shard.owner == 0)
            fprintf(out, "free after %" PRIu32 " threads", shard.owners);
        else
            fprintf(out, "thread %" PRIu32 " (%" PRIu32 " so far)", shard.owner, shard.owners);
        fprintf(out, ", %" PRIu64 " samples, %" PRIu64 " freed, %" PRIu64 " truncated\n",
                shard.samples, shard.samples_freed, shard.truncated);
    }
}

static void put_losses(FILE *out, const struct state_info *info)
{
    bool is_lost;
    fprintf(out, "lost\n");
    for (unsigned i = 0; i < STATE_READER_LOSSES; i++)
        if (state_loss_name(i, &is_lost))
            fprintf(out, "  %-22s %" PRIu64 "\n", state_loss_name(i, &is_lost), info->losses[i]);
    if (info->diff_stacks)
        fprintf(out, "  %-22s %" PRIu64 " of %" PRIu64 "\n", "stacks that differ",
                info->diff_different, info->diff_stacks);
}

static void put_totals(FILE *out, const struct state_reader *reader, const struct state_info *info)
{
    struct state_reader_counts sums;
    state_reader_totals(reader, &sums);
    fprintf(out,
            "totals%s\n  %-12s %" PRIu64 " objects %" PRIu64 " bytes\n  %-12s %" PRIu64
            " objects %" PRIu64 " bytes\n",
            info->has_totals ? "" : " (summed over the counters)", "allocated",
            sums.allocated_objects, sums.allocated_bytes, "freed", sums.freed_objects,
            sums.freed_bytes);
}

static bool put_peak(FILE *out, const struct state_reader *reader)
{
    uint32_t count;
    struct state_reader_peak peak;
    state_reader_sites(reader, &count);
    struct state_reader_counts *counts = calloc((size_t)count + 1, sizeof(*counts));
    if (!counts || !state_reader_counts_at_peak(reader, counts, &peak)) {
        free(counts);
        return false;
    }
    uint64_t objects = 0;
    for (uint32_t i = 1; i < count; i++)
        objects += counts[i].allocated_objects - counts[i].freed_objects;
    free(counts);
    fprintf(out, "peak\n  %-12s ", "in use");
    if (!peak.is_known) {
        fprintf(out, "not known: this state does not keep it\n");
        return true;
    }
    fprintf(out, "%" PRIu64 " objects %" PRIu64 " bytes%s\n", objects, peak.bytes,
            peak.is_exact ? "" : ", not exact");
    uint64_t excess = vitals_peak_excess(peak.bytes, state_reader_info(reader)->interval_bytes);
    if (excess)
        fprintf(out, "  %-12s %" PRIu64 " bytes, as the highest of estimates\n", "high by up to",
                excess);
    fprintf(out, "  %-12s ", "time");
    if (peak.is_now)
        fprintf(out, "now\n");
    else if (peak.ns)
        fprintf(out, "%" PRIu64 ".%09" PRIu64 " s since the epoch\n", peak.ns / 1000000000,
                peak.ns % 1000000000);
    else
        fprintf(out, "not known\n");
    return true;
}

static bool put_timeline(FILE *out, const struct state_reader *reader)
{
    struct state_reader_point *points = malloc(STATE_READER_RING_POINTS * sizeof(*points));
    if (!points)
        return false;
    fprintf(out, "timeline\n");
    for (unsigned ring = 0; ring < STATE_READER_RINGS; ring++) {
        uint32_t count = state_reader_ring(reader, ring, points);
        if (count == 0)
            continue;
        const struct state_reader_point *first = &points[0], *last = &points[count - 1];
        fprintf(out,
                "  every %7" PRIu64 " ms: %3" PRIu32 " points, %.2f to %.2f s, %" PRIu64
                " to %" PRIu64 " bytes in use\n",
                state_reader_ring_step_ns(ring) / 1000000, count,
                (double)first->since_start_ns / 1e9, (double)last->since_start_ns / 1e9,
                first->inuse_bytes, last->inuse_bytes);
    }
    free(points);
    return true;
}

/* --- stacks --- */

static void put_stack(FILE *out, const struct state_reader *reader, uint32_t leaf)
{
    uint32_t count;
    const struct module *modules = state_reader_modules(reader, &count);
    struct state_reader_node node;
    unsigned frames = 0;
    for (uint32_t at = leaf;
         at != 0 && frames < STACK_MAX && !budget_is_over() && state_reader_node(reader, at, &node);
         at = node.parent, frames++) {
        if (node.is_pseudo)
            fprintf(out, "      %s\n", profile_pseudo_name(node.pc));
        else if (node.module == 0)
            fprintf(out, "      %#" PRIx64 "\n", node.pc);
        else
            fprintf(out, "      %#" PRIx64 " module %" PRIu32 " + %#" PRIx64 "\n", node.pc,
                    node.module, node.pc - modules[node.module].bias);
    }
}

static bool put_sites(FILE *out, const struct state_reader *reader)
{
    uint32_t count;
    const struct state_reader_site *sites = state_reader_sites(reader, &count);
    struct state_reader_counts *counts = calloc((size_t)count + 1, sizeof(*counts));
    if (!counts)
        return false;
    state_reader_counts(reader, counts);
    fprintf(out, "sites\n");
    for (uint32_t i = 1; i < count && !ferror(out) && !budget_is_over(); i++) {
        if (sites[i].node == 0)
            continue;
        fprintf(out,
                "  %6" PRIu32 " node %" PRIu32 " up to %" PRId64 " bytes: allocated %" PRIu64
                " objects %" PRIu64 " bytes, freed %" PRIu64 " objects %" PRIu64 " bytes\n",
                i, sites[i].node, state_label_bytes(sites[i].size_class),
                counts[i].allocated_objects, counts[i].allocated_bytes, counts[i].freed_objects,
                counts[i].freed_bytes);
        put_stack(out, reader, sites[i].node);
    }
    free(counts);
    return true;
}

struct diffs {
    FILE *out;
    const struct state_reader *reader;
    uint32_t count;
};

static bool put_diff(void *context, uint32_t recorded, uint32_t compared)
{
    struct diffs *diffs = context;
    fprintf(diffs->out, "difference %" PRIu32 "\n    recorded\n", diffs->count++);
    put_stack(diffs->out, diffs->reader, recorded);
    fprintf(diffs->out, "    compared\n");
    put_stack(diffs->out, diffs->reader, compared);
    return !ferror(diffs->out) && !budget_is_over();
}

static struct error *inspect(int fd, const char *name, bool stacks, FILE *out)
{
    struct state_reader *reader;
    struct error *error = state_reader_create(fd, name, &reader);
    if (error)
        return error;
    const struct state_info *info = state_reader_info(reader);
    fprintf(out, "state ");
    clean_put_text(out, name);
    fprintf(out, "\nversion %" PRIu32 "%s", info->version, info->writer[0] ? ", memprof " : "");
    clean_put_text(out, info->writer);
    fputc('\n', out);
    put_process(out, info);
    put_options(out, info);
    put_tables(out, reader, info);
    put_modules(out, reader);
    put_threads(out, reader, info);
    fprintf(out, "samples\n  %-12s %" PRIu64 "\n  %-12s %" PRIu64 "\n  %-12s %" PRIu64 "\n",
            "taken", info->samples, "freed", info->samples_freed, "truncated", info->truncated);
    put_totals(out, reader, info);
    bool is_done = put_peak(out, reader) && put_timeline(out, reader);
    inspect_put_lifetimes(out, reader, info);
    put_losses(out, info);
    if (!is_done || (stacks && !put_sites(out, reader)))
        error = budget_error("cannot inspect: %s", name);
    if (stacks && !error && info->lifetimes)
        inspect_put_lives(out, reader);
    struct diffs diffs = {out, reader, 0};
    if (stacks && !error)
        state_reader_diffs(reader, put_diff, &diffs);
    if (!error && budget_is_over())
        error = budget_error("cannot inspect: %s", name);
    if (!error && state_reader_is_broken(reader))
        error = error_create("cannot inspect: %s: the file was truncated while it was read", name);
    state_reader_destroy(reader);
    return error;
}

struct error *inspect_fd(int fd, const char *name, bool stacks, FILE *out)
{
    budget_begin(budget_stored_bytes(fd));
    struct error *error = inspect(fd, name, stacks, out);
    budget_end();
    return error;
}
