/* SPDX-License-Identifier: Apache-2.0 */
#include "tools/push/pusher.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "collector/base/clock.h"
#include "collector/symbols/workers.h"
#include "tools/cli.h"
#include "tools/push/crowd.h"
#include "tools/push/notify.h"
#include "tools/push/outcome.h"
#include "tools/push/stop.h"

#define COMMAND "push"
#define TICK_MS 1000 /* between looks at who has ended */
#define STOP_MS 1200 /* for the last pushes when it is told to end */

static void begin(struct pusher *pusher, struct push_subject *subject)
{
    const struct push_settings *settings = pusher->settings;
    const char *fault = NULL;
    int64_t now_ms = clock_now_ms();
    push_schedule_init(&subject->schedule, now_ms, settings->every_ms, settings->most_samples,
                       pusher_random());
    if (subject->end || subject->file || settings->is_once)
        subject->schedule.due_ms = now_ms;
    if (subject->file) {
        subject->needs_base = false;
        return;
    }
    struct error *error =
        push_subject_begin(subject, settings, &pusher->files, pusher->workers, &fault);
    if (fault)
        pusher_say(pusher, subject, fault);
    if (subject->base.in_flight) {
        pusher->ambiguous++;
        pusher_say(pusher, subject,
                   "an earlier memprof push ended while a push was under way: what it "
                   "told may count twice");
        subject->base.in_flight = false;
    }
    if (!error) {
        pusher_keep_base(pusher, subject);
        return;
    }
    pusher_say_error(pusher, subject, error);
    pusher_give_up(pusher, subject);
}

/* Its base is this moment; what was allocated before is in no push. */
static void begin_anew(struct pusher *pusher, struct push_subject *subject, int64_t now_s)
{
    struct counts counts;
    char text[160];
    struct error *error = payload_counts(&counts, subject->process, pusher->workers);
    if (error) {
        pusher_say_error(pusher, subject, error);
        counts_deinit(&counts);
        return;
    }
    uint64_t bytes = push_base_bytes_since(&subject->base, &counts);
    snprintf(text, sizeof text,
             "no push was taken for an hour, and servers take nothing older: %" PRIu64
             " bytes allocated meanwhile are in none",
             bytes);
    pusher_say(pusher, subject, text);
    subject->lost_bytes += bytes;
    pusher->lost_bytes += bytes;
    push_base_move(&subject->base, &counts, now_s);
    pusher_keep_base(pusher, subject);
}

/* False: there is nothing to be pushed at this moment. */
static bool has_window(struct pusher *pusher, struct push_subject *subject, int64_t now_s)
{
    int64_t now_ms = clock_now_ms();
    if (subject->file)
        return true;
    switch (push_window_of(subject->base.accepted_s, now_s)) {
    case PUSH_WINDOW_READY:
        return true;
    case PUSH_WINDOW_BACK:
        pusher_say(pusher, subject,
                   "the clock was set back: the next push waits until it shows the time "
                   "of the last one again");
        if (pusher->settings->is_once)
            pusher_give_up(pusher, subject);
        break;
    case PUSH_WINDOW_FAR_BACK:
        pusher_say(pusher, subject,
                   "the clock was set back by more than an hour: the next push is about "
                   "all since the last one, as if that was now");
        subject->base.accepted_s = now_s;
        break;
    case PUSH_WINDOW_TOO_LONG:
        begin_anew(pusher, subject, now_s);
        if (subject->end) {
            base_files_remove(&pusher->files, &subject->base);
            push_subject_finish(subject);
            return false;
        }
        break;
    case PUSH_WINDOW_EMPTY:
        break;
    }
    subject->schedule.due_ms = now_ms + TICK_MS;
    return false;
}

static void start(struct pusher *pusher, struct push_subject *subject)
{
    struct push_made made;
    int64_t now_s = clock_now_s();
    subject->is_last_tried = pusher->stop_ms != 0;
    if (!has_window(pusher, subject, now_s))
        return;
    struct error *error =
        push_subject_make(subject, pusher->settings, pusher->workers, now_s, &made);
    counts_deinit(&subject->sent_counts);
    subject->sent_counts = made.payload.counts;
    made.payload.counts = (struct counts){0};
    subject->sent_until_s = made.until_s;
    if (!error) {
        subject->base.in_flight = true;
        if (!subject->file)
            base_files_mark(&pusher->files, &subject->base);
        error = push_sender_start(pusher->sender, &made.request, subject);
    }
    push_made_deinit(&made);
    subject->is_sending = !error;
    if (!error)
        return;
    bool is_hopeless = subject->file || subject->end || ++subject->schedule.failed >= PUSH_TRIES;
    pusher_say_error(pusher, subject, error);
    subject->schedule.due_ms = clock_now_ms() + pusher->settings->every_ms;
    if (is_hopeless)
        pusher_give_up(pusher, subject);
}

/* ---- going on ---- */

static void say_fault(void *context, const struct push_subject *subject, const char *text)
{
    pusher_say(context, subject, text);
}

static void look(struct pusher *pusher)
{
    struct error *error =
        push_crowd_look(&pusher->crowd, pusher->settings, &pusher->files, say_fault, pusher);
    if (error)
        pusher_say_error(pusher, NULL, error);
    for (size_t i = 0; i < pusher->crowd.count; i++)
        if (pusher->crowd.items[i]->process && pusher->crowd.items[i]->needs_base)
            begin(pusher, pusher->crowd.items[i]);
}

static void tick(struct pusher *pusher, int64_t now_ms)
{
    pusher->ticked_ms = now_ms;
    for (size_t i = 0; i < pusher->crowd.count; i++)
        if (push_subject_note_end(pusher->crowd.items[i]))
            pusher->crowd.items[i]->schedule.due_ms = now_ms;
}

static void hang_up(struct pusher *pusher)
{
    struct push_auth auth = {.count = 0};
    if (pusher->settings->auth_file) {
        struct error *error = push_auth_read(&auth, pusher->settings->auth_file);
        if (error) {
            push_auth_deinit(&auth);
            pusher_say_error(pusher, NULL, error);
        } else {
            push_auth_deinit(&pusher->settings->auth);
            pusher->settings->auth = auth;
        }
    }
    tick(pusher, clock_now_ms());
    look(pusher);
}

static bool is_due(const struct pusher *pusher, const struct push_subject *subject, int64_t now_ms)
{
    if (subject->is_done || subject->is_sending || (!subject->process && !subject->file))
        return false;
    if (pusher->stop_ms) /* once more, if the server is there */
        return !subject->is_last_tried && now_ms >= pusher->gate.not_before_ms;
    return push_schedule_is_due(&subject->schedule, &pusher->gate, now_ms);
}

/* The next moment when something is to be done. */
static int64_t start_due(struct pusher *pusher, int64_t now_ms)
{
    int64_t next_ms = now_ms + TICK_MS;
    for (size_t i = 0; i < pusher->crowd.count; i++) {
        struct push_subject *subject = pusher->crowd.items[i];
        if (push_sender_has_room(pusher->sender) && !pusher->has_stopped &&
            is_due(pusher, subject, now_ms))
            start(pusher, subject);
        if (subject->is_done || subject->is_sending)
            continue;
        int64_t due_ms = subject->schedule.due_ms;
        if (due_ms < pusher->gate.not_before_ms)
            due_ms = pusher->gate.not_before_ms;
        if (due_ms > now_ms && due_ms < next_ms)
            next_ms = due_ms;
    }
    return next_ms;
}

static bool is_over(const struct pusher *pusher, int64_t now_ms)
{
    if (pusher->has_stopped)
        return true;
    if (pusher->stop_ms && now_ms >= pusher->stop_ms)
        return true;
    for (size_t i = 0; i < pusher->crowd.count; i++) {
        const struct push_subject *subject = pusher->crowd.items[i];
        if (subject->is_sending ||
            (pusher->stop_ms ? is_due(pusher, subject, now_ms) : !subject->is_done))
            return false;
    }
    return pusher->stop_ms || !pusher->settings->takes_all || pusher->settings->is_once;
}

static void live(struct pusher *pusher, int64_t now_ms)
{
    if (pusher->watchdog_ms && now_ms - pusher->told_ms >= pusher->watchdog_ms) {
        notify("WATCHDOG=1");
        pusher->told_ms = now_ms;
    }
    if (stop_is_wanted() && !pusher->stop_ms) {
        pusher->stop_ms = now_ms + STOP_MS;
        notify("STOPPING=1");
    }
}

static void go_on(struct pusher *pusher)
{
    for (;;) {
        struct push_reply reply;
        int64_t now_ms = clock_now_ms();
        live(pusher, now_ms);
        if (stop_has_hung_up())
            hang_up(pusher);
        if (now_ms - pusher->ticked_ms >= TICK_MS)
            tick(pusher, now_ms);
        if (!pusher->stop_ms && !pusher->settings->is_once &&
            push_crowd_has_changed(&pusher->crowd, pusher->settings->every_ms))
            look(pusher);
        int64_t next_ms = start_due(pusher, now_ms);
        while (push_sender_next(pusher->sender, &reply)) {
            pusher_take_reply(pusher, &reply);
            next_ms = 0;
        }
        now_ms = clock_now_ms();
        if (is_over(pusher, now_ms))
            return;
        if (pusher->watchdog_ms && next_ms > pusher->told_ms + pusher->watchdog_ms)
            next_ms = pusher->told_ms + pusher->watchdog_ms;
        if (pusher->stop_ms && next_ms > pusher->stop_ms)
            next_ms = pusher->stop_ms;
        push_sender_wait(pusher->sender, pusher->event_fd, next_ms - now_ms);
        stop_drain(pusher->event_fd);
    }
}

static void sum_up(const struct pusher *pusher)
{
    printf("memprof push: %" PRIu64 " pushes taken, %" PRIu64 " not", pusher->accepted,
           pusher->repeated);
    if (pusher->ambiguous)
        printf(", %" PRIu64 " may count twice", pusher->ambiguous);
    if (pusher->lost_bytes)
        printf(", %" PRIu64 " bytes in none", pusher->lost_bytes);
    putchar('\n');
    fflush(stdout); /* what follows may be cut short */
}

static struct error *open_bases(struct pusher *pusher)
{
    const struct push_settings *settings = pusher->settings;
    struct error *error =
        base_files_init(&pusher->files, settings->base, settings->url, settings->protocol);
    if (error && !settings->base) { /* nobody asked for it */
        cli_complain(COMMAND, "%s: a restart begins anew; try --base=DIR", error_message(error));
        error_destroy(error);
        error = NULL;
    }
    base_files_prune(&pusher->files);
    return error;
}

static struct error *begin_all(struct pusher *pusher)
{
    const struct push_settings *settings = pusher->settings;
    struct error *error = push_crowd_add_files(&pusher->crowd, settings);
    if (!error)
        error = open_bases(pusher);
    if (!error)
        error = push_sender_create(settings, &pusher->sender);
    if (!error)
        error = stop_init(&pusher->event_fd);
    if (error)
        return error;
    for (size_t i = 0; i < pusher->crowd.count; i++)
        begin(pusher, pusher->crowd.items[i]);
    look(pusher);
    if (pusher->crowd.count == 0 && !settings->takes_all)
        return error_create("no recorded process is called %s%s; try memprof ps",
                            settings->names[0], settings->name_count > 1 ? " or so" : "");
    printf("memprof push: pushes to %s%s\n", settings->url,
           settings->name_count ? "" : ", all your processes that memprof records");
    if (fflush(stdout) != 0)
        return error_create("standard output cannot be written");
    notify("READY=1");
    pusher->watchdog_ms = notify_watchdog_ms();
    return NULL;
}

int push_run(struct push_settings *settings)
{
    struct pusher pusher = {
        .settings = settings,
        .crowd = {.since_ns = clock_ns(CLOCK_REALTIME)},
        .workers = symbol_workers_create(),
        .status = CLI_DONE,
    };
    struct error *error = begin_all(&pusher);
    if (!error) {
        go_on(&pusher);
        sum_up(&pusher);
    }
    push_sender_destroy(pusher.sender);
    push_crowd_deinit(&pusher.crowd);
    symbol_workers_destroy(pusher.workers);
    base_files_deinit(&pusher.files);
    free(pusher.said);
    return error ? cli_fail(COMMAND, error) : pusher.status;
}
