/* SPDX-License-Identifier: Apache-2.0
 *
 * How far the start of recording is.  start.c alone moves it on; the end sets it back to
 * START_OFF.
 */
#ifndef MEMPROF_START_PHASE_H
#define MEMPROF_START_PHASE_H

#include "preload/base/hidden.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

enum start_phase {
    START_NEW = 0,
    START_OFF = 1,       /* this process is not to be recorded */
    START_BEGINNING = 2, /* a thread is at the first step */
    START_RECORDING = 3, /* the first step is done */
    START_DONE = 4,      /* and the second */
};

/* Stored with release: whoever sees RECORDING sees the options, too. */
extern HIDDEN _Atomic uint32_t start_phase;

/* True once the options are read and events are recorded. */
static inline bool start_recording(void)
{
    return atomic_load_explicit(&start_phase, memory_order_acquire) >= START_RECORDING;
}

static inline bool start_done(void)
{
    return atomic_load_explicit(&start_phase, memory_order_acquire) == START_DONE;
}

#endif
