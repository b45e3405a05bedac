/* SPDX-License-Identifier: Apache-2.0
 *
 * Processes whose files do not answer: they lie on a file system of a stranger's making, and who
 * reads them stands still.  A worker says which process it looks at in memory that it shares with
 * the server, which ends a worker that stands at one for too long, and lets the next one leave that
 * process out.
 */
#ifndef MEMPROF_TOOLS_SERVE_SILENCE_H
#define MEMPROF_TOOLS_SERVE_SILENCE_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "collector/base/error.h"
#include "collector/roster.h"

#define SILENCE_MS      5000
#define SILENCE_SKIPPED 32

struct silence_page;

/* ---- the server's side, one for each worker ---- */

struct silence {
    int fd; /* -1: there is none */
    struct silence_page *page;
    uint64_t steps;   /* as they were seen last, */
    int64_t since_ms; /* at first */
};

struct error *silence_init(struct silence *silence);
void silence_deinit(struct silence *silence);
/* A new worker: it looks at nobody yet. */
void silence_begin(struct silence *silence);
/* Who the worker has stood at for too long; 0: nobody. */
pid_t silence_find(struct silence *silence);
/* Is that where it is now? */
bool silence_stands_at(const struct silence *silence, pid_t pid);
void silence_skip(struct silence *silence, pid_t pid);

/* ---- the worker's side ---- */

/* Of the descriptor that it was started with.  NULL: it cannot be had, and nobody watches. */
struct silence_page *silence_open(int fd);
/* Lets a look at all processes be watched; `skipped` has room for SILENCE_SKIPPED, and is referred
 * to. */
void silence_watch(struct silence_page *page, struct roster_options *options, pid_t *skipped);
/* The process is looked at; 0: none is any more. */
void silence_note(struct silence_page *page, pid_t pid);

#endif
