/* SPDX-License-Identifier: Apache-2.0
 *
 * The summary of a run, from its log.
 */
#include "tools/summary.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "collector/clean.h"
#include "collector/collect.h"
#include "tools/nameless.h"
#include "tools/quantity.h"

#define OTHERS_SHOWN 5

static const char *base_name(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

/* Relative when it lies in the current directory: shorter to read and to type. */
static const char *short_path(const char *path)
{
    static char cwd[4096];
    size_t length = getcwd(cwd, sizeof cwd) ? strlen(cwd) : 0;
    if (length > 1 && strncmp(path, cwd, length) == 0 && path[length] == '/' && path[length + 1])
        return path + length + 1;
    return path;
}

/* As a shell takes it. */
static void print_quoted(const char *text)
{
    static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
                                "_./+,:@%=-";
    if (text[strspn(text, plain)] == '\0' && text[0] != '-') {
        fputs(text, stderr);
        return;
    }
    fputs(text[0] == '-' ? "./'" : "'", stderr);
    for (size_t length; *text; text += length) {
        length = strcspn(text, "'");
        clean_put(stderr, text, length);
        if (text[length] == '\'' && ++length)
            fputs("'\\''", stderr);
    }
    fputc('\'', stderr);
}

static void print_path(const char *what, const char *path)
{
    fprintf(stderr, "  %-13s ", what);
    clean_put_text(stderr, short_path(path));
}

static void print_amount(const char *what, uint64_t bytes, uint64_t objects)
{
    char size[QUANTITY_TEXT], count[64];
    fprintf(stderr, "  %-13s %s in %s\n", what, quantity_bytes(size, bytes),
            quantity_count(count, sizeof count, objects, "object"));
}

static void print_samples(const struct run_log_entry *entry)
{
    char interval[QUANTITY_TEXT];
    if (entry->interval_bytes == 1)
        fprintf(stderr, "  %-13s 1: every allocation is recorded\n", "interval");
    else
        fprintf(stderr, "  %-13s %s between samples, on average\n", "interval",
                quantity_bytes(interval, entry->interval_bytes));
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
    char interval[QUANTITY_TEXT];
    if (entry->interval_bytes == 1)
        fputs("  no samples: it allocated nothing\n", stderr);
    else
        fprintf(stderr,
                "  no samples: it allocated less than about %s in all; "
                "try --interval=1 to record everything\n",
                quantity_bytes(interval, entry->interval_bytes));
    print_path("profile", entry->path);
    fputs(", empty\n", stderr);
}

static void print_others(const struct run_log *log, const struct run_log_entry *main)
{
    size_t shown = 0, others = log->count - 1;
    if (others == 0)
        return;
    fprintf(stderr, "  and %zu more profile%s:\n", others, others == 1 ? "" : "s");
    for (size_t i = 0; i < log->count && shown < OTHERS_SHOWN; i++) {
        const struct run_log_entry *entry = &log->entries[i];
        char size[QUANTITY_TEXT];
        if (entry == main)
            continue;
        fputs("    ", stderr);
        clean_put_text(stderr, short_path(entry->path));
        fputs(" (", stderr);
        clean_put_text(stderr, base_name(entry->exe));
        fprintf(stderr, ", pid %" PRIu64 ", allocated %s)\n", entry->pid,
                quantity_bytes(size, entry->alloc_bytes));
        shown++;
    }
    if (shown < others)
        fprintf(stderr, "    ... and %zu more\n", others - shown);
}

const struct run_log_entry *summary_main(const struct run_log *log)
{
    for (size_t i = 0; i < log->count; i++)
        if (log->entries[i].flags & COLLECT_FIRST)
            return &log->entries[i];
    return NULL;
}

void summary_print(const struct run_log *log, const struct run_log_entry *main, size_t running)
{
    fputs("memprof run: ", stderr);
    clean_put_text(stderr, base_name(main->exe));
    fprintf(stderr, " (pid %" PRIu64 ")\n", main->pid);
    if (main->samples) {
        print_amount("allocated", main->alloc_bytes, main->alloc_objects);
        print_amount("live at exit", main->inuse_bytes, main->inuse_objects);
        print_samples(main);
        print_path("profile", main->path);
        fputc('\n', stderr);
        fprintf(stderr, "  %-13s go tool pprof%s ", "look at it",
                main->inuse_bytes ? "" : " -alloc_space");
        print_quoted(short_path(main->path));
        fputc('\n', stderr);
    } else {
        print_nothing_sampled(main);
    }
    nameless_print_file(stderr, "  no names      ", main->path);
    print_others(log, main);
    if (running)
        fprintf(stderr, "  %zu of its processes still run%s, and will write a profile of %s own\n",
                running, running == 1 ? "s" : "", running == 1 ? "its" : "their");
}
