/* SPDX-License-Identifier: Apache-2.0
 *
 * A request and what becomes of it.
 */
#ifndef MEMPROF_TOOLS_SERVE_EXCHANGE_H
#define MEMPROF_TOOLS_SERVE_EXCHANGE_H

#include <microhttpd.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tools/serve/guard.h"
#include "tools/serve/lane.h"
#include "tools/serve/peer.h"
#include "tools/serve/route.h"
#include "tools/serve/traffic.h"

#define EXCHANGE_INPUT_MAX   65536u /* bytes of a POST */
#define EXCHANGE_WAITING_MAX 32     /* with seconds= */
#define EXCHANGE_SECONDS_MAX 600

/* All of them, and who answers. */
struct exchanges {
    const struct guard_rules *rules;
    bool has_cmdline;
    struct traffic traffic;
    struct exchange *first; /* all that are not completed */
    unsigned waiting;
};

struct exchange {
    struct waiter waiter; /* the first member: a waiter is its exchange */
    struct exchange *next;
    struct exchanges *all;
    struct MHD_Connection *connection;
    struct peer *peer;
    const struct route *route;
    struct work work;
    bool is_whole; /* the request was read */
    bool is_suspended;
    bool is_waiting; /* for seconds=; counted in all->waiting */
    bool is_post;
    unsigned status;  /* 0: not known yet; else of `text` */
    const char *text; /* why not; static */
    uint64_t seconds; /* 0: none */
    int64_t due_ms;   /* when the second snapshot is to be taken; 0: not yet known */
    uint64_t mark, generation;
    struct answer *answer;
    char *input;
    size_t input_bytes;
};

/* Reads the head of a request; NULL: no memory. */
struct exchange *exchange_create(struct exchanges *all, struct MHD_Connection *connection,
                                 const char *url, const char *method);
void exchange_destroy(struct exchange *exchange);
/* Takes a piece of what is posted. */
void exchange_take(struct exchange *exchange, const char *bytes, size_t count);
/* The request was read, or an answer is there: queues it, or suspends the connection until
 * there is one. */
enum MHD_Result exchange_go_on(struct exchange *exchange);
/* The server ends: nothing is suspended afterwards. */
void exchange_end(struct exchange *exchange);
/* What time brings; called at least once a second. */
void exchange_tick(struct exchange *exchange, int64_t now_ms);

#endif
