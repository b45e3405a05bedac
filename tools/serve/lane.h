/* SPDX-License-Identifier: Apache-2.0
 *
 * A worker process as the server sees it: jobs wait in line, one is done at a time, and who
 * asks for what somebody has just asked for gets the same answer.  A worker that dies or takes
 * too long costs the job that it was doing; a new one does the others.
 */
#ifndef MEMPROF_TOOLS_SERVE_LANE_H
#define MEMPROF_TOOLS_SERVE_LANE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "collector/base/error.h"
#include "tools/serve/answer.h"
#include "tools/serve/silence.h"
#include "tools/serve/wire.h"

#define LANE_SHARED_MS   100   /* so old may an answer be that is given again */
#define LANE_PATIENCE_MS 20000 /* a job takes this long at most */
#define LANE_RECENT      16

/* Somebody who waits for an answer; lies in the asker's own record. */
struct waiter {
    struct waiter *next;
    struct job *job;   /* NULL: it does not wait */
    struct lane *lane; /* that it waits for, or was answered by; NULL: it has not asked yet */
    /* Takes the answer over.  It may ask for something else from in here. */
    void (*take)(struct waiter *waiter, struct answer *answer);
};

struct job;

struct lane {
    const char *const *arguments; /* of the worker; the last NULL.  Borrowed. */
    pid_t pid;                    /* 0: there is none */
    int fd;                       /* -1: there is none */
    uint64_t generation, next_id;
    struct job *first, *last; /* the first one is being done if is_busy */
    bool is_busy;
    int64_t deadline_ms, not_before_ms; /* no worker is started before that */
    struct silence silence;             /* where its worker stands */
    struct {
        uint32_t kind;
        int32_t pid;
        int64_t made_ms;
        struct answer *answer;
    } recent[LANE_RECENT];
};

/* Starts the first worker: arguments[0] is the file. */
struct error *lane_init(struct lane *lane, const char *const *arguments);
void lane_deinit(struct lane *lane);

/* Takes a job; `input`, a descriptor or -1, becomes the lane's.  The answer may be taken
 * before this returns.  False: no memory. */
bool lane_ask(struct lane *lane, const struct work *work, int input, struct waiter *waiter);
/* It does not wait any more. */
void lane_leave(struct waiter *waiter);
/* Lets the worker forget a mark, if it is the one that has it. */
void lane_forget(struct lane *lane, uint64_t generation, uint64_t mark);

/* How long the job that is being done has taken so far; 0: none is.  And which process it is about.
 */
int64_t lane_busy_ms(const struct lane *lane);
int32_t lane_busy_with(const struct lane *lane);
/* Jobs that are not begun and need no mark go from one line to another, if they may. */
void lane_move(struct lane *from, struct lane *to,
               bool (*may_move)(void *context, const struct work *work), void *context);

/* The worker is ended, and the next one does what this one did. */
void lane_begin_anew(struct lane *lane);

/* Called when the descriptor can be read. */
void lane_read(struct lane *lane);
/* Called at least once a second: ends a worker that takes too long, starts a new one. */
void lane_tick(struct lane *lane);

#endif
