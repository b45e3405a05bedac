/* SPDX-License-Identifier: Apache-2.0
 *
 * Runs a program with the library preloaded, in the foreground process group
 * it is typed into, and waits for it; to the shell it looks as if it ran the program itself.
 *
 * While it runs: SIGINT and SIGQUIT are the program's (the terminal sends them
 * to both; we ignore them), SIGTERM and SIGHUP are passed on, and when a job
 * control signal stops the program we stop too.  The program starts with the
 * signal dispositions and the mask that we were started with, and no descriptor
 * of ours.  Afterwards we keep ignoring these signals but SIGQUIT, so that the signal that
 * ended the program does not also end us before the profile is written.
 */
#ifndef MEMPROF_TOOLS_LAUNCH_H
#define MEMPROF_TOOLS_LAUNCH_H

#include <stdint.h>
#include <sys/types.h>

#include "collector/base/error.h"

struct launch {
    const char *path; /* with a slash */
    char **argv;
    const char *library; /* absolute */
    uint64_t run_id;
    const char *run_directory; /* of its log; absolute */
    /* Called a few times a second while the program runs; may be NULL. */
    void (*look)(void *context);
    void *context;
    /* results */
    pid_t pid;
    int wait_status; /* as waitpid() gave it */
};

/* An error means that the program could not be started, and nothing has run. */
struct error *launch_run(struct launch *launch);

/* 128 + n when signal n ended it. */
int launch_exit_status(const struct launch *launch);

#endif
