/* SPDX-License-Identifier: Apache-2.0
 *
 * Start of recording in a process, in two steps: recording begins with the first
 * allocation after libc is initialised, which may be made under any lock of libc; what
 * takes such a lock itself is done later, in our constructor at the latest.
 */
#ifndef MEMPROF_START_H
#define MEMPROF_START_H

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

/* Before START_DONE: takes the steps that an allocation made at `pc` allows.  Calls no
 * allocator and takes no lock under which there may be an allocation.  True: record it. */
bool start_step(uintptr_t pc);

#endif
