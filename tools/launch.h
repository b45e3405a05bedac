/* SPDX-License-Identifier: Apache-2.0
 *
 * Runs a program, with or without the library preloaded, in the foreground process group
 * it is typed into, and waits for it; to the shell it looks as if it ran the program itself.
 *
 * While it runs: SIGINT and SIGQUIT are the program's (the terminal sends them
 * to both; we only note them), SIGTERM and SIGHUP are passed on, and when a job
 * control signal stops the program we stop too.  The program starts with the
 * signal dispositions and the mask that we were started with, and no descriptor
 * of ours.  Afterwards these signals, but SIGQUIT, still do not end us, so that the signal that
 * ended the program does not also end us before the profile is written; launch_interrupted()
 * says that there was one.
 */
#ifndef MEMPROF_TOOLS_LAUNCH_H
#define MEMPROF_TOOLS_LAUNCH_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/resource.h>
#include <sys/types.h>

#include "collector/base/error.h"

#define LAUNCH_HEARD 2

struct launch {
    const char *path; /* with a slash */
    char **argv;
    const char *library; /* absolute; NULL: nothing is preloaded, and the two below do not count */
    uint64_t run_id;
    const char *run_directory; /* of its log; absolute */
    /* Called a few times a second while the program runs; may be NULL. */
    void (*look)(void *context);
    int look_ms; /* between two calls; 0: 250 */
    void *context;
    /* Called when any child of ours has changed state; NULL: the program's own changes suffice. */
    void (*reap)(pid_t program);
    int standard[3]; /* the descriptors that become its 0, 1 and 2; 0 (or the same number): it gets
                        ours */
    /* Called when one of these can be read; false: it has ended, and is not asked for again.
     * 0: none. */
    int heard[LAUNCH_HEARD];
    bool (*hear)(void *hearer, int fd);
    void *hearer;
    /* results */
    pid_t pid;
    int wait_status;     /* the program's status, as waitpid() gave it */
    uint64_t began_ns;   /* CLOCK_REALTIME */
    uint64_t wall_ns;    /* until it was reaped */
    struct rusage usage; /* of the program and of what it waited for */
};

/* An error means that the program could not be started, and nothing has run. */
struct error *launch_run(struct launch *launch);

/* The last signal to us (SIGINT, SIGQUIT, SIGTERM, SIGHUP, SIGPIPE) since launch_run() was first
 * called, or launch_catch_signals(), after which none of these but SIGQUIT ends us; 0: none. */
int launch_interrupted(void);
void launch_catch_signals(void);

/* 128 + n when signal n ended it. */
int launch_exit_status(const struct launch *launch);

#endif
