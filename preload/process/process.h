/* SPDX-License-Identifier: Apache-2.0
 *
 * The process that this memory belongs to, and how far its recording is.
 */
#ifndef MEMPROF_PROCESS_H
#define MEMPROF_PROCESS_H

#include "preload/base/hidden.h"
#include "preload/process/process_wide.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

enum process_phase {
    PROCESS_UNUSED = 0,    /* no state yet in this process */
    PROCESS_PREPARING = 1, /* a thread is creating it (prepare.c) */
    PROCESS_READY = 2,
    PROCESS_FAILED = 3,          /* there will be none */
    PROCESS_STALE = 4,           /* a fork's child that nothing was wiped for yet (fork.c) */
    PROCESS_READY_FOLLOWING = 5, /* as READY; lifetimes are recorded, too (event_followed.h) */
};

struct PROCESS_WIDE_TYPE process {
    _Atomic uint32_t phase; /* enum process_phase; READY and the other are stored with release */
    _Atomic uint32_t pid;   /* of the process that this memory belongs to; 0: not looked at yet */
};

extern HIDDEN struct process process;

/* Events are recorded the usual way.  (That there is another costs these nothing.) */
static inline bool process_ready(void)
{
    /* Pairs with the release store in process_prepare: the state is complete. */
    return atomic_load_explicit(&process.phase, memory_order_acquire) == PROCESS_READY;
}

/* Events are recorded, and followed. */
static inline bool process_following(void)
{
    return atomic_load_explicit(&process.phase, memory_order_acquire) == PROCESS_READY_FOLLOWING;
}

/* There is a state. */
static inline bool process_recording(void)
{
    return process_ready() || process_following();
}

/* Waits while another thread makes the state, and gives the phase then. */
uint32_t process_settle(void);

/* Is the calling process the one that this memory belongs to?  False in a child of it that
 * shares the memory (vfork, clone): what such a child is, is not to be found here after it.
 * Makes a system call. */
bool process_ours(void);

/* This memory is the calling process's own from now on: at the start, in a fork's child. */
void process_own(void);

/* Counts processes along a line of forks; changes in every child that records, when it makes its
 * state.  What a thread keeps of the process (thread.h) is valid for one of them. */
extern HIDDEN uint32_t fork_generation;

#endif
