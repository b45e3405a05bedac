/* SPDX-License-Identifier: Apache-2.0
 *
 * Options and facts fixed at start.  Filled once, from the process's own
 * environment block, before anything is recorded; read-only afterwards and
 * inherited by forks.  Strings live in static storage.
 */
#ifndef MEMPROF_CONFIG_H
#define MEMPROF_CONFIG_H

#include "preload/base/hidden.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define CONFIG_PATH_MAX         4096
#define CONFIG_LIFETIMES_WINDOW 4096u /* events of a thread */

struct config {
    bool enabled; /* false: pass everything through */
    bool verbose;
    bool peak;                       /* MEMPROF_PEAK: a profile of the peak is wanted, too */
    bool collector_none;             /* MEMPROF_COLLECTOR=none: leave the state */
    bool child;                      /* the parent was being profiled */
    bool valgrind;                   /* under valgrind, where apart_do() would not share memory */
    uint32_t pid;                    /* of the process the library was loaded into */
    uint32_t uid;                    /* effective, then */
    uint64_t start_ns;               /* CLOCK_REALTIME at that moment */
    uint64_t interval_bytes;         /* 1: every allocation */
    uint64_t seed;                   /* given or random */
    uint64_t state_max_bytes;        /* cap of the state file */
    uint64_t run_id;                 /* of `memprof run`; 0: none */
    uint32_t first_pid;              /* the process `memprof run` started; 0: none */
    uint32_t depth;                  /* frames */
    uint32_t unwinder;               /* enum state_unwinder */
    uint32_t lifetimes;              /* one of how many windows is followed; 0: no lifetimes */
    char run_log[CONFIG_PATH_MAX];   /* path of the log of `memprof run`; empty: none */
    char dir[CONFIG_PATH_MAX];       /* MEMPROF_DIR; empty: the default places */
    char temporary[CONFIG_PATH_MAX]; /* TMPDIR; empty: /tmp */
    char out[CONFIG_PATH_MAX];       /* MEMPROF_OUT as given; empty: default */
    char exe[CONFIG_PATH_MAX];
    char cwd[CONFIG_PATH_MAX];
    char collector[CONFIG_PATH_MAX];   /* path of memprof-collect; empty: not found */
    char end_program[CONFIG_PATH_MAX]; /* path of memprof-end; empty: not found */
    char arguments[CONFIG_PATH_MAX];   /* argv, NUL-separated */
    size_t arguments_bytes;
};

extern HIDDEN struct config config;

/* Reads MEMPROF_* from `envp` (may be NULL: nothing set), keeps the arguments (may be
 * NULL) and looks at the process.  Calls no allocator; one thread, once.  A value that makes no
 * sense is reported on stderr, one line each, and its default used; a secure-execution process is
 * left alone (enabled = false). */
void config_init(char **argv, char **envp);

/* Is the parent being profiled, as the kernel says?  At start only, where it matters: when the
 * output's name alone does not keep processes apart, say. */
bool config_parent_is_profiled(void);

/* The last component of the executable's path. */
static inline const char *config_program(void)
{
    const char *slash = strrchr(config.exe, '/');
    return slash ? slash + 1 : config.exe;
}

#endif
