/* SPDX-License-Identifier: Apache-2.0
 *
 * Runs of a program with `memprof run`, and their profiles in a directory that is there for as
 * long as the self-test.
 */
#ifndef MEMPROF_TOOLS_SELF_TEST_TRIAL_H
#define MEMPROF_TOOLS_SELF_TEST_TRIAL_H

#include "tools/self_test/call_site.h"

#define TRIAL_EVERY 1000 /* calls of the site for one allocation more ... */
#define TRIAL_BYTES 48   /* ... of this size */

struct trial {
    char **program;  /* with its arguments; borrowed */
    char *directory; /* owned */
    char *memprof;   /* this executable; owned */
    char *more;      /* the library that makes allocations; owned */
};

/* trial_deinit() it in any case: removes the directory. */
struct error *trial_init(struct trial *trial, char **program);
void trial_deinit(struct trial *trial);

/* Runs the program once; with `more`, that call site allocates more.  *path, which the caller
 * frees, is the profile.  What the program prints is dropped; a run that fails is an error. */
struct error *trial_run(struct trial *trial, const char *name, uint64_t interval,
                        const struct call_site *more, char **path);

#endif
