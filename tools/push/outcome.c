/* SPDX-License-Identifier: Apache-2.0 */
#include "tools/push/outcome.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "collector/base/clock.h"
#include "tools/cli.h"

#define COMMAND "push"

/* ---- what is said ---- */

void pusher_say(struct pusher *pusher, const struct push_subject *subject, const char *text)
{
    char *line = NULL;
    int length = !subject || (!subject->file && subject->pid == 0) ? asprintf(&line, "%s", text)
                 : subject->file ? asprintf(&line, "%s: %s", subject->file, text)
                                 : asprintf(&line, "process %" PRIu32 ": %s", subject->pid, text);
    if (length < 0)
        return;
    if (pusher->said && strcmp(pusher->said, line) == 0) {
        free(line);
        return;
    }
    cli_complain(COMMAND, "%s", line);
    free(pusher->said);
    pusher->said = line;
}

void pusher_say_error(struct pusher *pusher, const struct push_subject *subject,
                      struct error *error)
{
    pusher_say(pusher, subject, error_message(error));
    error_destroy(error);
}

uint64_t pusher_random(void)
{
    uint64_t number;
    if (getrandom(&number, sizeof number, 0) != sizeof number)
        number = clock_ns(CLOCK_MONOTONIC) * UINT64_C(0x9e3779b97f4a7c15);
    return number >> 1;
}

void pusher_keep_base(struct pusher *pusher, struct push_subject *subject)
{
    struct error *error = base_files_store(&pusher->files, &subject->base);
    if (error)
        pusher_say_error(pusher, subject, error);
}

void pusher_give_up(struct pusher *pusher, struct push_subject *subject)
{
    if (!pusher->settings->takes_all)
        pusher->status = CLI_CANNOT;
    push_subject_finish(subject);
}

/* ---- answers ---- */

static void accept(struct pusher *pusher, struct push_subject *subject)
{
    pusher->accepted++;
    if (pusher->said)
        fprintf(stderr, "memprof push: %s takes what is pushed\n", pusher->settings->url);
    free(pusher->said);
    pusher->said = NULL;
    subject->lost_bytes = 0;
    push_base_move(&subject->base, &subject->sent_counts, subject->sent_until_s);
    if (subject->end || subject->file) {
        if (subject->end)
            base_files_remove(&pusher->files, &subject->base);
        push_subject_finish(subject);
        return;
    }
    pusher_keep_base(pusher, subject);
    if (pusher->settings->is_once)
        push_subject_finish(subject);
}

static void fail(struct pusher *pusher, struct push_subject *subject,
                 const struct push_reply *reply)
{
    char text[600];
    const char *what = reply->answer == PUSH_LOST ? "no answer; it may count twice" : NULL;
    if (reply->answer == PUSH_LOST) {
        subject->base.ambiguous++;
        pusher->ambiguous++;
    }
    pusher->repeated++;
    subject->base.in_flight = false;
    if (!subject->file)
        pusher_keep_base(pusher, subject);
    snprintf(text, sizeof text, "%.120s: %s%s%s", pusher->settings->url, reply->why,
             what ? "; " : "", what ? what : "");
    pusher_say(pusher,
               reply->answer == PUSH_REFUSED || reply->answer == PUSH_TOO_LARGE ? subject : NULL,
               text);
}

void pusher_take_reply(struct pusher *pusher, const struct push_reply *reply)
{
    struct push_subject *subject = reply->context;
    const struct push_outcome outcome = {reply->answer, reply->started_ms, clock_now_ms(),
                                         reply->asked_ms, pusher_random()};
    subject->is_sending = false;
    enum push_next next =
        push_schedule_take(&subject->schedule, &pusher->gate, &outcome, pusher->settings->every_ms);
    if (reply->answer == PUSH_ACCEPTED) {
        accept(pusher, subject);
        return;
    }
    fail(pusher, subject, reply);
    if ((subject->file || pusher->settings->is_once) && subject->schedule.failed >= PUSH_TRIES)
        next = PUSH_GIVES_UP;
    if (next == PUSH_STOPS) {
        pusher->has_stopped = true;
        pusher->status = CLI_CANNOT;
    } else if (next == PUSH_GIVES_UP) {
        pusher_say(pusher, subject, "given up after so many pushes in a row that were not taken");
        pusher_give_up(pusher, subject);
    }
}
