/* SPDX-License-Identifier: Apache-2.0 */
#include "tools/push/subject.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "collector/base/budget.h"
#include "collector/base/clock.h"
#include "collector/base/path.h"
#include "collector/profile/comment.h"
#include "tools/open.h"

#define NS_PER_S 1000000000

/* What reading a profile may cost is bounded. */
static struct error *read_file(const char *path, struct profile **profile)
{
    budget_begin(0);
    struct error *error = open_profile(path, profile);
    budget_end();
    return error;
}

/* ---- which ---- */

/* As the user says, or as it calls itself, with "_" for what no name has. */
static char *make_name(const struct push_settings *settings, const char *comm)
{
    if (settings->name)
        return strdup(settings->name);
    char *name = strdup(*comm ? comm : "unknown"), one[2] = "";
    for (char *at = name; at && *at; at++) {
        *one = *at;
        if (!push_is_app_name(one))
            *at = '_';
    }
    return name;
}

struct error *push_subject_init(struct push_subject *subject, const struct roster_entry *entry,
                                const struct push_settings *settings)
{
    const char *comm = *entry->comm ? entry->comm : entry->vitals.comm;
    bool is_mapped = entry->life == ROSTER_RUNNING && !entry->is_closed;
    pid_t process = entry->life == ROSTER_ENDED ? 0 : entry->process;
    *subject = (struct push_subject){
        .pid = roster_pid(entry),
        .device = entry->device,
        .inode = entry->inode,
        .start_ns = entry->vitals.start_ns,
        .needs_base = true,
    };
    if (entry->fault)
        return error_create("%s", entry->fault);
    if (entry->life == ROSTER_ENDED)
        subject->end = entry->vitals.is_exiting ? "exit" : "killed";
    struct error *error = is_mapped
                              ? live_process_open(process, &subject->process)
                              : live_process_open_state(entry->path, process, &subject->process);
    subject->name = error ? NULL : make_name(settings, comm ? comm : "");
    if (!error && !(subject->name && push_labels_copy(&subject->labels, &settings->labels) &&
                    label_sources_find(&settings->sources, process, &subject->labels)))
        error = error_no_memory();
    return error;
}

struct error *push_subject_init_file(struct push_subject *subject, const char *path,
                                     const struct push_settings *settings)
{
    struct profile *profile = NULL;
    *subject = (struct push_subject){.file = path};
    struct error *error = read_file(path, &profile);
    if (!error) {
        const char *program = profile->mappings.count > 1
                                  ? profile_string(profile, profile->mappings.items[1].file)
                                  : "";
        subject->name = make_name(settings, path_base(program));
        if (!subject->name || !push_labels_copy(&subject->labels, &settings->labels))
            error = error_no_memory();
    }
    profile_destroy(profile);
    return error;
}

void push_subject_finish(struct push_subject *subject)
{
    live_process_close(subject->process);
    subject->process = NULL;
    subject->is_done = true;
    push_base_deinit(&subject->base);
    counts_deinit(&subject->sent_counts);
}

void push_subject_deinit(struct push_subject *subject)
{
    push_subject_finish(subject);
    push_labels_deinit(&subject->labels);
    free(subject->name);
    subject->name = NULL;
}

/* ---- its base and its end ---- */

struct error *push_subject_begin(struct push_subject *subject, const struct push_settings *settings,
                                 const struct base_files *files, struct symbol_workers *workers,
                                 const char **fault)
{
    const struct push_base_of of = push_base_of(live_process_info(subject->process));
    int64_t now_s = clock_now_s(), start_s = (int64_t)(of.start_ns / NS_PER_S);
    struct counts counts;
    subject->needs_base = false;
    if (base_files_load(files, &of, &subject->base, fault)) {
        subject->base.ambiguous += subject->base.in_flight;
        return NULL;
    }
    push_base_begin(&subject->base, &of, start_s);
    if (now_s - start_s < settings->every_ms / 1000 || subject->end)
        return NULL;
    struct error *error = payload_counts(&counts, subject->process, workers);
    push_base_move(&subject->base, &counts, now_s);
    /* A second, so that there is something that the one push is about. */
    subject->base.accepted_s -= settings->is_once ? 1 : 0;
    return error;
}

static const char *find_end(const struct push_subject *subject)
{
    struct vitals vitals;
    struct error *error = live_process_vitals(subject->process, &vitals);
    bool is_exiting = !error && vitals.is_exiting;
    error_destroy(error);
    vitals_deinit(&vitals);
    /* At its end a process becomes its own collector, which is an exec, too. */
    if (is_exiting)
        return "exit";
    return strstr(live_process_ending(subject->process), "exec") ? "exec" : "killed";
}

bool push_subject_note_end(struct push_subject *subject)
{
    if (!subject->process || subject->end || !live_process_has_ended(subject->process))
        return false;
    subject->end = find_end(subject);
    return true;
}

/* ---- a push ---- */

void push_made_deinit(struct push_made *made)
{
    push_request_deinit(&made->request);
    payload_deinit(&made->payload);
}

/* Of a run that took longer than servers look back, the last part of that time. */
static struct error *find_window(const struct push_subject *subject, const struct profile *profile,
                                 int64_t now_s, struct push_made *made)
{
    int64_t earliest_s = now_s - (PUSH_WINDOW_S - PUSH_SLACK_S);
    uint64_t end_ns = profile->time_ns > 0 ? (uint64_t)profile->time_ns : 0, start_ns = 0;
    profile_find_time(profile, "end", &end_ns);
    profile_find_time(profile, "start", &start_ns);
    made->until_s = (int64_t)(end_ns / NS_PER_S);
    made->from_s = (int64_t)(start_ns / NS_PER_S);
    if (made->until_s > now_s)
        made->until_s = now_s;
    if (made->until_s <= earliest_s)
        return error_create("%s: it is of more than an hour ago, which no server takes",
                            subject->file);
    if (made->from_s < earliest_s)
        made->from_s = earliest_s;
    if (made->from_s >= made->until_s)
        made->from_s = made->until_s - 1;
    return NULL;
}

static struct error *make_of_file(struct push_subject *subject, int64_t now_s,
                                  const struct payload_limits *limits, struct push_made *made)
{
    struct profile *profile = NULL;
    struct error *error = read_file(subject->file, &profile);
    if (!error)
        error = find_window(subject, profile, now_s, made);
    if (!error)
        error = payload_of_profile(&made->payload, profile, subject->file, limits);
    profile_destroy(profile);
    return error;
}

static struct error *make_profile(struct push_subject *subject, struct symbol_workers *workers,
                                  int64_t now_s, const struct payload_limits *limits,
                                  struct push_made *made)
{
    if (subject->file)
        return make_of_file(subject, now_s, limits, made);
    const struct payload_remarks remarks = {subject->base.ambiguous, subject->lost_bytes};
    made->from_s = subject->base.accepted_s;
    made->until_s = now_s;
    return payload_of_process(&made->payload, subject->process, workers, &subject->base,
                              made->until_s - made->from_s, limits, &remarks);
}

struct error *push_subject_make(struct push_subject *subject, const struct push_settings *settings,
                                struct symbol_workers *workers, int64_t now_s,
                                struct push_made *made)
{
    const struct payload_limits limits = {subject->schedule.most_samples, settings->most_bytes,
                                          settings->hides_paths};
    *made = (struct push_made){.bytes = 0};
    struct error *error = make_profile(subject, workers, now_s, &limits, made);
    struct push_labels labels = {.count = 0};
    if (!error && !(push_labels_copy(&labels, &subject->labels) &&
                    (!subject->end || push_labels_add_found(&labels, PUSH_LABEL_END, subject->end,
                                                            strlen(subject->end)))))
        error = error_no_memory();
    struct push_content content = {subject->name,       &labels,
                                   made->from_s,        made->until_s,
                                   made->payload.bytes, made->payload.count};
    made->bytes = made->payload.count;
    if (!error) {
        made->payload.bytes = NULL;
        error = push_request_init(&made->request, settings, &content);
    }
    push_labels_deinit(&labels);
    return error;
}
