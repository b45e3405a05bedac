/* SPDX-License-Identifier: Apache-2.0
 *
 * Start of recording in a process.
 */
#ifndef MEMPROF_START_H
#define MEMPROF_START_H

#include "preload/hidden.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

enum start_phase {
    START_NEW = 0,
    START_DONE = 1,
    START_OFF = 2, /* this process is not to be recorded */
};

extern HIDDEN _Atomic uint32_t start_phase;

/* True once the options are read and recording may begin. */
static inline bool start_done(void)
{
    return atomic_load_explicit(&start_phase, memory_order_acquire) == START_DONE;
}

#endif
