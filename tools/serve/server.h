/* SPDX-License-Identifier: Apache-2.0
 *
 * Answers HTTP requests, in one thread: libmicrohttpd parses them, two workers make what is
 * answered, and whoever waits for a worker or for `seconds=` is suspended meanwhile.
 */
#ifndef MEMPROF_TOOLS_SERVE_SERVER_H
#define MEMPROF_TOOLS_SERVE_SERVER_H

#include <stdbool.h>

#include "collector/base/error.h"
#include "tools/serve/guard.h"

#define SERVER_CONNECTIONS 256 /* more of them are told to come back */

struct server_options {
    int listen_fd;
    struct guard_rules rules;
    bool has_cmdline;
    const char *const *worker; /* arguments of each worker, NULL behind the last */
    int stop_fd;               /* can be read when the server is to end */
};

/* Serves until stop_fd can be read. */
struct error *server_run(const struct server_options *options);

#endif
