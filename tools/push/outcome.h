/* SPDX-License-Identifier: Apache-2.0
 *
 * What a pusher knows, and what follows from an answer: a base moves or stays, a line is said, a
 * process or all of them are given up.
 */
#ifndef MEMPROF_TOOLS_PUSH_OUTCOME_H
#define MEMPROF_TOOLS_PUSH_OUTCOME_H

#include <stdbool.h>
#include <stdint.h>

#include "collector/base/error.h"
#include "tools/push/crowd.h"
#include "tools/push/schedule.h"
#include "tools/push/sender.h"

struct pusher {
    struct push_settings *settings;
    struct push_crowd crowd;
    struct base_files files;
    struct push_sender *sender;
    struct symbol_workers *workers;
    struct push_gate gate;
    int event_fd;
    int64_t ticked_ms, stop_ms, watchdog_ms, told_ms;
    int status;
    bool has_stopped; /* the server takes nothing of ours */
    char *said;       /* the last line about what is wrong */
    uint64_t accepted, repeated, ambiguous, lost_bytes;
};

/* One line about a subject (NULL: about none), once for as long as it stays true. */
void pusher_say(struct pusher *pusher, const struct push_subject *subject, const char *text);
/* Says it, and destroys it. */
void pusher_say_error(struct pusher *pusher, const struct push_subject *subject,
                      struct error *error);

void pusher_keep_base(struct pusher *pusher, struct push_subject *subject);
/* Nothing more is pushed about it. */
void pusher_give_up(struct pusher *pusher, struct push_subject *subject);
void pusher_take_reply(struct pusher *pusher, const struct push_reply *reply);
uint64_t pusher_random(void);

#endif
