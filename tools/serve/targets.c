/* SPDX-License-Identifier: Apache-2.0 */
#include "tools/serve/targets.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "collector/base/clock.h"

#define FRESH_MS 1000

static bool is_running(const struct target *target)
{
    return target->ended_ns == 0;
}

/* One that ended between two looks, or is not ours to read, is none: the index says why. */
static void add(struct targets *targets, const struct roster_entry *entry)
{
    struct live_process *process = NULL;
    bool is_mapped = entry->life == ROSTER_RUNNING && !entry->is_closed;
    silence_note(targets->page, entry->process);
    struct error *error = is_mapped
                              ? live_process_open(entry->process, &process)
                              : live_process_open_state(entry->path, entry->process, &process);
    silence_note(targets->page, 0);
    struct target *items = NULL;
    if (!error)
        items = realloc(targets->items, (targets->count + 1) * sizeof *items);
    error_destroy(error);
    if (!items) {
        live_process_close(process);
        return;
    }
    targets->items = items;
    items[targets->count++] = (struct target){.pid = roster_pid(entry),
                                              .device = entry->device,
                                              .inode = entry->inode,
                                              .process = process,
                                              .name = strdup(entry->vitals.comm)};
}

static bool is_known(const struct targets *targets, const struct roster_entry *entry)
{
    for (size_t i = 0; i < targets->count; i++)
        if (targets->items[i].inode == entry->inode && targets->items[i].device == entry->device &&
            is_running(&targets->items[i]))
            return true;
    return false;
}

static void note_end(struct target *target, int64_t now)
{
    struct timespec time;
    if (is_running(target) && live_process_has_ended(target->process)) {
        clock_gettime(CLOCK_REALTIME, &time);
        target->ended_ns = (uint64_t)time.tv_sec * 1000000000 + (uint64_t)time.tv_nsec;
        target->ended_ms = now;
    }
    if (target->process && !is_running(target) && now - target->ended_ms > TARGETS_KEPT_MS) {
        live_process_close(target->process);
        target->process = NULL;
    }
}

static void note_ends(struct targets *targets, int64_t now)
{
    for (size_t i = 0; i < targets->count; i++)
        note_end(&targets->items[i], now);
}

void targets_watch(struct targets *targets)
{
    if (state_changes_look(&targets->changes))
        targets_refresh(targets);
    else
        note_ends(targets, clock_now_ms());
}

void targets_refresh(struct targets *targets)
{
    if (!targets->looked_ms || clock_now_ms() - targets->looked_ms >= FRESH_MS)
        targets_look(targets);
}

void targets_look(struct targets *targets)
{
    struct roster_options options = {.stale_ns = ROSTER_STALE_NS};
    pid_t skipped[SILENCE_SKIPPED];
    struct roster roster;
    int64_t now = clock_now_ms();
    silence_watch(targets->page, &options, skipped);
    targets->looked_ms = now;
    note_ends(targets, now);
    struct error *error = roster_init(&roster, &options);
    for (size_t i = 0; i < roster.count; i++)
        if (ps_is_wanted(&roster.entries[i], &targets->wanted) &&
            !is_known(targets, &roster.entries[i]))
            add(targets, &roster.entries[i]);
    roster_deinit(&roster);
    error_destroy(error);
}

struct target *targets_find(struct targets *targets, uint32_t pid)
{
    for (size_t i = targets->count; i-- > 0;)
        if (targets->items[i].pid == pid)
            return &targets->items[i];
    return NULL;
}

struct target *targets_only(struct targets *targets)
{
    struct target *last[2] = {NULL, NULL};
    size_t counts[2] = {0, 0};
    for (size_t i = 0; i < targets->count; i++) {
        bool runs = is_running(&targets->items[i]);
        last[runs] = &targets->items[i];
        counts[runs]++;
    }
    bool runs = counts[true] > 0;
    return counts[runs] == 1 ? last[runs] : NULL;
}

static bool is_left_out(const struct targets *targets, pid_t pid)
{
    struct roster_options options = {.skipped_count = 0};
    pid_t skipped[SILENCE_SKIPPED];
    silence_watch(targets->page, &options, skipped);
    for (size_t i = 0; i < options.skipped_count; i++)
        if (skipped[i] == pid)
            return true;
    return false;
}

struct error *targets_why_not(const struct targets *targets, pid_t pid)
{
    struct live_process *process;
    if (is_left_out(targets, pid))
        return error_create("process %d: its files did not answer, so it is left out", (int)pid);
    silence_note(targets->page, pid);
    struct error *error = live_process_open(pid, &process);
    silence_note(targets->page, 0);
    if (error)
        return error;
    live_process_close(process);
    return error_create("process %d is not one of those that are served", (int)pid);
}

void targets_deinit(struct targets *targets)
{
    for (size_t i = 0; i < targets->count; i++) {
        live_process_close(targets->items[i].process);
        free(targets->items[i].name);
    }
    free(targets->items);
}
