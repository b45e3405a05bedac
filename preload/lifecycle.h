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
    LIFECYCLE_STARTING = 1,
    LIFECYCLE_STARTED = 2,
    LIFECYCLE_OFF = 3, /* this process is not to be recorded */
};

extern HIDDEN _Atomic uint32_t lifecycle_phase;

/* Reads the options and prepares recording, once libc is up; before that, and when
 * recording is off, false. */
bool lifecycle_start(void);

static inline bool lifecycle_started(void)
{
    uint32_t phase = atomic_load_explicit(&lifecycle_phase, memory_order_acquire);
    return phase == LIFECYCLE_STARTED || (phase == LIFECYCLE_NEW && lifecycle_start());
}

/* The process is about to end in the regular way: makes the profile.  Does nothing
 * in a vfork's child, and the second time. */
void lifecycle_end(void);

#endif
