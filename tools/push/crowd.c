/* SPDX-License-Identifier: Apache-2.0 */
#include "tools/push/crowd.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>

#include "collector/base/clock.h"
#include "tools/argument.h"
#include "tools/ps/selection.h"

#define LOOK_MS 1000 /* between two looks at least */

static void remove_at(struct push_crowd *crowd, size_t index)
{
    push_subject_deinit(crowd->items[index]);
    free(crowd->items[index]);
    crowd->items[index] = crowd->items[--crowd->count];
}

void push_crowd_deinit(struct push_crowd *crowd)
{
    while (crowd->count)
        remove_at(crowd, crowd->count - 1);
    free(crowd->items);
    crowd->items = NULL;
}

/* All zero; NULL: no memory. */
static struct push_subject *append(struct push_crowd *crowd)
{
    struct push_subject **items = realloc(crowd->items, (crowd->count + 1) * sizeof *items);
    if (!items)
        return NULL;
    crowd->items = items;
    items[crowd->count] = calloc(1, sizeof **items);
    return items[crowd->count] ? items[crowd->count++] : NULL;
}

struct error *push_crowd_add_files(struct push_crowd *crowd, const struct push_settings *settings)
{
    struct error *error = NULL;
    for (size_t i = 0; !error && i < settings->name_count; i++) {
        if (argument_may_be_process(settings->names[i]))
            continue;
        struct push_subject *subject = append(crowd);
        error = subject ? push_subject_init_file(subject, settings->names[i], settings)
                        : error_no_memory();
    }
    return error;
}

static struct push_subject *find(const struct push_crowd *crowd, const struct roster_entry *entry)
{
    for (size_t i = 0; i < crowd->count; i++) {
        struct push_subject *subject = crowd->items[i];
        if (!subject->file && subject->inode == entry->inode && subject->device == entry->device &&
            subject->start_ns == entry->vitals.start_ns)
            return subject;
    }
    return NULL;
}

/* One that has ended is pushed once more if a push of it was taken before, or if it came and went
 * between two looks. */
static bool is_wanted(const struct push_crowd *crowd, const struct roster_entry *entry,
                      const struct push_settings *settings, const struct base_files *files)
{
    const struct ps_wanted wanted = {true, false, settings->names, settings->name_count};
    const struct push_base_of of = {entry->vitals.pid, entry->vitals.pid_namespace,
                                    entry->vitals.start_ns, 0};
    if (!ps_is_wanted(entry, &wanted))
        return false;
    if (entry->fault || entry->life != ROSTER_ENDED)
        return true;
    return !settings->is_once &&
           (entry->vitals.start_ns >= crowd->since_ns || base_files_has(files, &of));
}

/* Those of them that are names of files mean no process. */
static bool has_process_names(const struct push_settings *settings)
{
    for (size_t i = 0; i < settings->name_count; i++)
        if (argument_may_be_process(settings->names[i]))
            return true;
    return settings->name_count == 0;
}

/* One that ended since the list was made is found by the next look, if it left a state. */
static bool has_vanished(const struct roster_entry *entry)
{
    return entry->process > 0 && kill(entry->process, 0) != 0 && errno == ESRCH;
}

/* NULL: nothing is to be pushed about it. */
static struct push_subject *take_over(struct push_crowd *crowd, const struct roster_entry *entry,
                                      const struct push_settings *settings,
                                      void (*say)(void *context, const struct push_subject *subject,
                                                  const char *text),
                                      void *context)
{
    struct push_subject *subject = append(crowd);
    struct error *fault = subject ? push_subject_init(subject, entry, settings) : NULL;
    if (fault && has_vanished(entry)) {
        remove_at(crowd, crowd->count - 1);
        subject = NULL;
    } else if (fault) {
        say(context, subject, error_message(fault));
        push_subject_finish(subject);
    }
    error_destroy(fault);
    return subject;
}

struct error *push_crowd_look(
    struct push_crowd *crowd, const struct push_settings *settings, const struct base_files *files,
    void (*say)(void *context, const struct push_subject *subject, const char *text), void *context)
{
    const struct roster_options options = {.stale_ns = ROSTER_STALE_NS};
    struct roster roster;
    if (!has_process_names(settings))
        return NULL;
    state_changes_look(&crowd->changes); /* before: what comes meanwhile is found by the next */
    struct error *error = roster_init(&roster, &options);
    crowd->looked_ms = clock_now_ms();
    for (size_t i = 0; i < crowd->count; i++)
        crowd->items[i]->is_seen = crowd->items[i]->file != NULL || !crowd->items[i]->is_done;
    for (size_t i = 0; !error && i < roster.count; i++) {
        const struct roster_entry *entry = &roster.entries[i];
        struct push_subject *subject = find(crowd, entry);
        if (!subject && is_wanted(crowd, entry, settings, files))
            subject = take_over(crowd, entry, settings, say, context);
        if (subject)
            subject->is_seen = true;
    }
    for (size_t i = crowd->count; i-- > 0;)
        if (!crowd->items[i]->is_seen && !error)
            remove_at(crowd, i);
    roster_deinit(&roster);
    return error;
}

bool push_crowd_has_changed(struct push_crowd *crowd, int64_t every_ms)
{
    int64_t since_ms = clock_now_ms() - crowd->looked_ms;
    if (since_ms < LOOK_MS)
        return false;
    struct state_changes changes = crowd->changes;
    return state_changes_look(&changes) || since_ms >= every_ms;
}
