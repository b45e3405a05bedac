/* SPDX-License-Identifier: Apache-2.0
 *
 * The summary of a run, from its log.
 */
#include "tools/summary.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "collector/base/clean.h"
#include "collector/base/path.h"
#include "collector/collect.h"
#include "tools/measure.h"
#include "tools/nameless.h"
#include "tools/programs.h"
#include "tools/shell.h"

static void print_path(const char *what, const char *path)
{
    fprintf(stderr, "  %-13s ", what);
    clean_put_text(stderr, programs_short_path(path));
}

static void print_amount(const char *what, uint64_t bytes, uint64_t objects)
{
    char size[MEASURE_TEXT], count[MEASURE_TEXT];
    fprintf(stderr, "  %-13s %s in %s\n", what, measure_bytes(size, bytes),
            measure_count(count, objects, "object"));
}

static void print_samples(const struct run_log_entry *entry)
{
    char interval[MEASURE_TEXT];
    if (entry->interval_bytes == 1)
        fprintf(stderr, "  %-13s 1: every allocation is recorded\n", "interval");
    else
        fprintf(stderr, "  %-13s %s between samples, on average\n", "interval",
                measure_bytes(interval, entry->interval_bytes));
    fprintf(stderr, "  %-13s %" PRIu64, "samples", entry->samples);
    if (entry->truncated)
        fprintf(stderr, ", %" PRIu64 " with a truncated stack", entry->truncated);
    if (entry->lost)
        fprintf(stderr, ", %" PRIu64 " events not fully recorded (the profile's comments say why)",
                entry->lost);
    fputc('\n', stderr);
}

static void print_nothing_sampled(const struct run_log_entry *entry)
{
    char interval[MEASURE_TEXT];
    if (entry->interval_bytes == 1)
        fputs("  no samples: it allocated nothing\n", stderr);
    else
        fprintf(stderr,
                "  no samples: it allocated less than about %s in all; "
                "try --interval=1 to record everything\n",
                measure_bytes(interval, entry->interval_bytes));
    print_path("profile", entry->path);
    fputs(", empty\n", stderr);
}

/* The programs of the run, when it had several processes. */
static void print_others(const struct run_log *log, const struct run_log_entry *main)
{
    size_t others = log->count - (main ? 1 : 0);
    if (others == 0)
        return;
    if (main)
        fprintf(stderr, "  and %zu more profile%s:\n\n", others, others == 1 ? "" : "s");
    else
        fprintf(stderr, "memprof run: %zu profile%s\n\n", others, others == 1 ? "" : "s");
    programs_print(stderr, log);
}

const struct run_log_entry *summary_main(const struct run_log *log)
{
    for (size_t i = 0; i < log->count; i++)
        if (log->entries[i].flags & STATE_IS_FIRST)
            return &log->entries[i];
    return NULL;
}

static void print_look_at(const char *command, const struct run_log_entry *main)
{
    fputs(command, stderr);
    shell_put_quoted(stderr, programs_short_path(main->path));
    fputc('\n', stderr);
}

static void print_main(const struct run_log_entry *main)
{
    fputs("memprof run: ", stderr);
    clean_put_text(stderr, path_base(main->exe));
    fprintf(stderr, " (pid %" PRIu64 ")\n", main->pid);
    if (main->samples == 0) {
        print_nothing_sampled(main);
        return;
    }
    print_amount("allocated", main->alloc_bytes, main->alloc_objects);
    print_amount("live at exit", main->inuse_bytes, main->inuse_objects);
    print_samples(main);
    print_path("profile", main->path);
    fputc('\n', stderr);
    print_look_at("  look at it    memprof top ", main);
    print_look_at(main->inuse_bytes ? "                go tool pprof "
                                    : "                go tool pprof -alloc_space ",
                  main);
    nameless_print_file(stderr, "  no names      ", main->path);
}

void summary_print(const struct run_log *log, const struct run_log_entry *main, size_t running)
{
    if (main)
        print_main(main);
    print_others(log, main);
    if (running)
        fprintf(stderr, "  %zu of its processes still run%s, and will write a profile of %s own\n",
                running, running == 1 ? "s" : "", running == 1 ? "its" : "their");
}
