/* SPDX-License-Identifier: Apache-2.0
 *
 * The socket that `memprof serve` listens on.
 */
#ifndef MEMPROF_TOOLS_SERVE_LISTEN_H
#define MEMPROF_TOOLS_SERVE_LISTEN_H

#include <stdbool.h>

#include "collector/base/error.h"

struct listener {
    int fd;
    char *host;       /* as it was given; NULL: a path */
    char *path;       /* of a Unix socket, which listener_deinit() removes; NULL: none */
    char *url;        /* for people */
    bool is_loopback; /* or a path, which its mode protects: nobody else reaches it */
};

/* "HOST:PORT", "[ADDRESS]:PORT", "PORT" or "unix:PATH".  listener_deinit() it in any case. */
struct error *listener_init(struct listener *listener, const char *text);
void listener_deinit(struct listener *listener);

#endif
