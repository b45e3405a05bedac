/* SPDX-License-Identifier: Apache-2.0
 *
 * When a process is pushed, which time a push is about, and what follows from an answer.  Pure:
 * clocks, random numbers and answers come from the caller.
 *
 * A process has one base: what it had counted at the last push that a server took.  Nothing is
 * queued; a push that fails makes the next one's time longer.
 */
#ifndef MEMPROF_TOOLS_PUSH_SCHEDULE_H
#define MEMPROF_TOOLS_PUSH_SCHEDULE_H

#include <stdbool.h>
#include <stdint.h>

#include "tools/push/answer.h"

#define PUSH_REFUSED_MOST 10      /* in a row */
#define PUSH_TRIES        5       /* of --once, and of a file */
#define PUSH_BACKOFF_MS   300000  /* the longest, unless the server asks for more: */
#define PUSH_ASKED_MS     3600000 /* at most that long */
#define PUSH_WINDOW_S     3600    /* servers take nothing that is older */
#define PUSH_SLACK_S      60      /* and their clocks differ, and a push takes time */

/* Of one process. */
struct push_schedule {
    int64_t due_ms;   /* CLOCK_MONOTONIC */
    unsigned refused; /* in a row */
    unsigned failed;  /* likewise, of any kind */
    uint32_t most_samples;
};

/* Of the server that all of them are pushed to. */
struct push_gate {
    int64_t not_before_ms; /* CLOCK_MONOTONIC */
    int64_t failed_ms;     /* when the last failure that counted was */
    unsigned failures;     /* in a row */
    unsigned refused;      /* in a row, of any process */
};

/* The first push comes at a random point of the first interval. */
void push_schedule_init(struct push_schedule *schedule, int64_t now_ms, int64_t every_ms,
                        uint32_t most_samples, uint64_t random);
bool push_schedule_is_due(const struct push_schedule *schedule, const struct push_gate *gate,
                          int64_t now_ms);

/* ---- which time a push is about ---- */

enum push_window {
    PUSH_WINDOW_READY,
    PUSH_WINDOW_EMPTY,    /* no whole second has passed */
    PUSH_WINDOW_BACK,     /* the clock was set back: it waits until that time comes again, */
    PUSH_WINDOW_FAR_BACK, /* or, over an hour, begins anew now */
    PUSH_WINDOW_TOO_LONG, /* no server takes what began then: it begins anew, and that is a loss */
};

/* From the end of the last push that was taken to now, both CLOCK_REALTIME in seconds. */
enum push_window push_window_of(int64_t from_s, int64_t now_s);

/* ---- answers ---- */

enum push_next {
    PUSH_GOES_ON,
    PUSH_GIVES_UP, /* this process */
    PUSH_STOPS,    /* all of them */
};

struct push_outcome {
    enum push_answer answer;
    int64_t started_ms, now_ms; /* CLOCK_MONOTONIC */
    int64_t asked_ms;           /* Retry-After; 0: none */
    uint64_t random;
};

enum push_next push_schedule_take(struct push_schedule *schedule, struct push_gate *gate,
                                  const struct push_outcome *outcome, int64_t every_ms);

#endif
