/* SPDX-License-Identifier: Apache-2.0
 *
 * Makes profiles of the states that the processes of a `memprof run` leave: most of them
 * when the program has ended, but no more than a backlog waits until then.
 */
#ifndef MEMPROF_TOOLS_GATHER_H
#define MEMPROF_TOOLS_GATHER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "collector/base/error.h"
#include "tools/run_log.h"
#include "tools/selection.h"

struct symbol_workers;

struct gathering {
    const char *command;            /* for lines on stderr; borrowed */
    const char *out;                /* template of the profiles' names; borrowed */
    bool with_peak;                 /* a profile of each peak, too */
    struct run_log *log;            /* borrowed */
    struct selection *selection;    /* borrowed: which profiles are wanted */
    struct symbol_workers *workers; /* read the symbols of all its states; borrowed */
    size_t running;                 /* processes of the run that lived on at the last look */
    size_t kept;                    /* states of which no profile could be written */
    /* When the program's last image that was recorded started, CLOCK_REALTIME; 0: none. */
    uint64_t program_start_ns;
    uint64_t program_end_ns; /* when it ended, CLOCK_REALTIME; 0: it runs */
    unsigned looks_to_skip;  /* nothing could be done at the last look */
};

/* While the program runs (struct launch.look; `context` is the struct gathering): collects
 * the oldest of the states whose processes have ended, once too many wait.  Errors come
 * again from gather_rest(). */
void gather_waiting(void *context);

/* Collects what is there.  The last time, complains about what could not be. */
struct error *gather_rest(struct gathering *gathering, bool is_last);

#endif
