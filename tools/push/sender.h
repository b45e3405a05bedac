/* SPDX-License-Identifier: Apache-2.0
 *
 * Sends requests, several at once, over connections that are kept: a thin layer over libcurl.
 */
#ifndef MEMPROF_TOOLS_PUSH_SENDER_H
#define MEMPROF_TOOLS_PUSH_SENDER_H

#include <stdbool.h>
#include <stdint.h>

#include "collector/base/error.h"
#include "tools/push/answer.h"
#include "tools/push/request.h"
#include "tools/push/settings.h"

#define PUSH_AT_ONCE 8

struct push_sender;

struct push_reply {
    void *context; /* as it was given */
    enum push_answer answer;
    int64_t started_ms; /* CLOCK_MONOTONIC */
    int64_t asked_ms;   /* Retry-After; 0: none */
    char why[320];      /* in words, clean */
};

/* The settings stay the caller's and are referred to. */
struct error *push_sender_create(const struct push_settings *settings, struct push_sender **sender);
void push_sender_destroy(struct push_sender *sender);

/* Whether one more may be sent. */
bool push_sender_has_room(const struct push_sender *sender);
/* Takes the request over on success. */
struct error *push_sender_start(struct push_sender *sender, struct push_request *request,
                                void *context);
/* Goes on with all of them; true: one has ended. */
bool push_sender_next(struct push_sender *sender, struct push_reply *reply);
/* Waits for something to go on with, or for `fd` to be readable. */
void push_sender_wait(struct push_sender *sender, int fd, int64_t most_ms);

#endif
