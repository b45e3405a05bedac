/* SPDX-License-Identifier: Apache-2.0
 *
 * A worker: reads states for the server.  It may die of what it reads; the server does not.
 */
#ifndef MEMPROF_TOOLS_SERVE_WORKER_H
#define MEMPROF_TOOLS_SERVE_WORKER_H

#include <stddef.h>
#include <stdint.h>

/* The descriptors that a worker is started with. */
#define WORKER_SOCKET 3
#define WORKER_PAGE   4 /* of silence_open() */

/* Does what is asked on WORKER_SOCKET until the server is gone; of processes with these
 * names or pids, or of all.  `url` is where the server is to be found; `memory_bytes` is what it
 * may have of its own, beside the states that it maps. */
void worker_run(const char *url, uint64_t memory_bytes, char *const *names, size_t count);

#endif
