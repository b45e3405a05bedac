/* SPDX-License-Identifier: Apache-2.0
 *
 * A process is opened at its first snapshot and kept open: later ones read what is new.
 */
#include "tools/every.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "collector/base/clock.h"
#include "collector/live_process.h"
#include "collector/roster.h"
#include "collector/save.h"
#include "tools/cli.h"

#define COMMAND "run"
#define SUFFIX  ".pb.gz"

struct every_process {
    struct live_process *process;
    pid_t pid;
    uint64_t start_ns;       /* tells the images of one pid apart: exec keeps the pid */
    uint64_t number;         /* of the last snapshot, from 1 */
    struct save_file *files; /* the last `keep`, by number */
};

/* The template of one snapshot: the number goes before ".pb.gz". The pid goes before the number
 * where the name would otherwise be the first process's.  NULL: no memory. */
static char *name_snapshot(const struct every *every, const struct roster_entry *entry,
                           uint64_t number)
{
    size_t length = strlen(every->template), suffix = strlen(SUFFIX);
    bool has_suffix = length > suffix && strcmp(every->template + length - suffix, SUFFIX) == 0;
    bool needs_pid = !(entry->vitals.flags & STATE_IS_FIRST) && !strstr(every->template, "%p");
    char *name;
    if (has_suffix)
        length -= suffix;
    if (asprintf(&name, "%.*s%s.%04" PRIu64 EVERY_SUFFIX, (int)length, every->template,
                 needs_pid ? ".%p" : "", number) < 0)
        return NULL;
    return name;
}

/* ---- processes ---- */

static struct every_process *find(struct every *every, const struct roster_entry *entry)
{
    for (size_t i = 0; i < every->count; i++)
        if (every->processes[i].pid == entry->process &&
            every->processes[i].start_ns == entry->vitals.start_ns)
            return &every->processes[i];
    return NULL;
}

static struct error *add(struct every *every, const struct roster_entry *entry,
                         struct every_process **added)
{
    struct every_process process = {.pid = entry->process, .start_ns = entry->vitals.start_ns};
    struct every_process *moved =
        realloc(every->processes, (every->count + 1) * sizeof *every->processes);
    if (!moved)
        return error_no_memory();
    every->processes = moved;
    if (every->keep && !(process.files = calloc(every->keep, sizeof *process.files)))
        return error_no_memory();
    struct error *error = live_process_open(entry->process, &process.process);
    if (error) {
        free(process.files);
        return error;
    }
    *added = &moved[every->count];
    moved[every->count++] = process;
    return NULL;
}

static void process_deinit(const struct every *every, struct every_process *process)
{
    for (uint64_t i = 0; process->files && i < every->keep; i++)
        save_file_forget(&process->files[i]);
    free(process->files);
    live_process_close(process->process);
}

static void drop_ended(struct every *every)
{
    size_t kept = 0;
    for (size_t i = 0; i < every->count; i++) {
        if (live_process_has_ended(every->processes[i].process))
            process_deinit(every, &every->processes[i]);
        else
            every->processes[kept++] = every->processes[i];
    }
    every->count = kept;
}

/* ---- snapshots ---- */

/* The new file takes the place, in `files`, of the one that is `keep` numbers older, which is
 * removed. */
static void note_file(const struct every *every, struct every_process *process,
                      struct save_file *file)
{
    if (every->keep == 0) {
        save_file_forget(file);
        return;
    }
    struct save_file *place = &process->files[process->number % every->keep];
    save_file_remove(place);
    *place = *file;
}

static struct error *take(struct every *every, struct every_process *process,
                          const struct roster_entry *entry)
{
    struct snapshot snapshot;
    struct save_file file;
    const struct snapshot_options options = {.workers = every->workers};
    char *name = name_snapshot(every, entry, process->number + 1);
    if (!name)
        return error_no_memory();
    struct error *error = live_process_snapshot(process->process, &options, &snapshot);
    if (!error)
        error = save_profile(snapshot.profile, live_process_info(process->process), name, &file);
    if (!error) {
        process->number++;
        note_file(every, process, &file);
    }
    snapshot_deinit(&snapshot);
    free(name);
    return error;
}

static void note_failure(struct every *every, struct error *error)
{
    if (every->failed++ == 0)
        every->why = strdup(error_message(error));
    error_destroy(error);
}

static void look_at(struct every *every, const struct roster_entry *entry)
{
    struct every_process *process = find(every, entry);
    struct error *error = process ? NULL : add(every, entry, &process);
    if (error) { /* one that has ended since it was listed has its profile at the end */
        error_destroy(error);
        return;
    }
    error = take(every, process, entry);
    if (error)
        note_failure(every, error);
}

static bool is_wanted(const struct every *every, const struct roster_entry *entry)
{
    const struct vitals *vitals = &entry->vitals;
    return !entry->fault && entry->life == ROSTER_RUNNING && entry->process &&
           vitals->run_id == every->run_id && vitals->samples > 0 &&
           selection_matches(every->selection, vitals->exe, vitals->samples);
}

/* Sets when the next snapshots are due.  Those that were missed are not made up for. */
static bool is_due(struct every *every)
{
    int64_t now_ms = clock_now_ms(), period_ms = (int64_t)every->period_s * 1000;
    if (period_ms == 0 || (every->due_ms && now_ms < every->due_ms))
        return false;
    bool is_first = every->due_ms == 0;
    bool is_late = !is_first && now_ms - every->due_ms >= period_ms;
    every->due_ms = is_first || is_late ? now_ms + period_ms : every->due_ms + period_ms;
    return !is_first;
}

void every_look(struct every *every)
{
    struct roster roster;
    const struct roster_options options = {.stale_ns = ROSTER_STALE_NS};
    if (!is_due(every))
        return;
    drop_ended(every);
    struct error *error = roster_init(&roster, &options);
    for (size_t i = 0; !error && i < roster.count; i++)
        if (is_wanted(every, &roster.entries[i]))
            look_at(every, &roster.entries[i]);
    if (error)
        note_failure(every, error);
    roster_deinit(&roster);
}

void every_finish(struct every *every)
{
    if (every->failed)
        cli_complain(COMMAND, "--every: %zu snapshot%s could not be written: %s", every->failed,
                     every->failed > 1 ? "s" : "", every->why ? every->why : "out of memory");
    for (size_t i = 0; i < every->count; i++)
        process_deinit(every, &every->processes[i]);
    free(every->processes);
    free(every->why);
    *every = (struct every){0};
}
