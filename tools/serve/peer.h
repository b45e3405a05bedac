/* SPDX-License-Identifier: Apache-2.0
 *
 * A connection, and what can be told of who is at its other end.
 */
#ifndef MEMPROF_TOOLS_SERVE_PEER_H
#define MEMPROF_TOOLS_SERVE_PEER_H

#include <stdbool.h>
#include <stdint.h>

struct peer {
    struct peer *next;
    int fd;           /* libmicrohttpd's */
    int64_t since_ms; /* it has sent no whole request since; 0: one is being answered */
    bool is_over_limit, is_put_out;
};

/* Nothing that is sent can arrive any more. */
bool peer_is_gone(const struct peer *peer);
/* It has closed its sending side.  Whether it still reads, as `nc -N` does, or has gone, nobody can
 * tell before something is sent. */
bool peer_sends_no_more(const struct peer *peer);
/* A request was answered, and the next one may be waited for.  libmicrohttpd polls for edges, and
 * the one of the end that came together with the request is over: another one lets it read that
 * end, after what it has not read yet. */
void peer_wait_for_next(const struct peer *peer);

#endif
