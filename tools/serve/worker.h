/* SPDX-License-Identifier: Apache-2.0
 *
 * A worker: reads states for the server.  It may die of what it reads; the server does not.
 */
#ifndef MEMPROF_TOOLS_SERVE_WORKER_H
#define MEMPROF_TOOLS_SERVE_WORKER_H

#include <stddef.h>

#define WORKER_SOCKET 3 /* the descriptor that a worker is started with */

/* Does what is asked on WORKER_SOCKET until the server is gone; of processes with these
 * names or pids, or of all.  `url` is where the server is to be found. */
void worker_run(const char *url, char *const *names, size_t count);

#endif
