/* SPDX-License-Identifier: Apache-2.0
 *
 * Start and end of recording in a process, and the calls that matter to it: fork,
 * _exit, seccomp, dlclose.
 */
#ifndef MEMPROF_LIFECYCLE_H
#define MEMPROF_LIFECYCLE_H

#include "preload/hidden.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

enum lifecycle_phase {
    LIFECYCLE_NEW = 0,
    LIFECYCLE_STARTED = 1,
    LIFECYCLE_OFF = 2, /* this process is not to be recorded */
};

extern HIDDEN _Atomic uint32_t lifecycle_phase;

/* True once the options are read and recording may begin. */
static inline bool lifecycle_started(void)
{
    return atomic_load_explicit(&lifecycle_phase, memory_order_acquire) == LIFECYCLE_STARTED;
}

/* The process is about to end in the regular way: makes the profile.  Does nothing
 * in a vfork's child, and the second time. */
void lifecycle_end(void);

#endif
