/* SPDX-License-Identifier: Apache-2.0
 *
 * Everything that belongs to one process and must not be seen by a fork's child:
 * one page-aligned object that reads as zero there (MADV_WIPEONFORK).  Zero
 * therefore means "nothing yet" for every part of it.
 */
#ifndef MEMPROF_PROCESS_H
#define MEMPROF_PROCESS_H

#include "preload/base/hidden.h"

#include "preload/arena.h"
#include "preload/context.h"
#include "preload/counters.h"
#include "preload/live.h"
#include "preload/process/modules.h"
#include "preload/process/state_map.h"
#include "preload/sites.h"

enum process_phase {
    PROCESS_UNUSED = 0,    /* no state yet in this process */
    PROCESS_PREPARING = 1, /* a thread is creating it */
    PROCESS_READY = 2,
    PROCESS_FAILED = 3, /* there will be none */
};

struct process {
    _Atomic uint32_t phase; /* enum process_phase; READY is stored with release */
    _Atomic uint32_t pid;   /* of the process that this memory belongs to; 0: not looked at yet */
    _Atomic uint32_t end;   /* how far the end of the process is (end.c) */
    _Atomic(struct thread *) ender; /* the thread in exit's last handler; NULL: none */
    _Atomic bool end_registered;    /* by this process, not by one that it was forked from */
    struct state_map state_map;
    struct arena arena;
    struct counter_shards shards;
    struct contexts contexts;
    struct sites sites;
    struct modules modules;
    struct live live;
} __attribute__((aligned(4096)));

extern HIDDEN struct process process;

static inline bool process_ready(void)
{
    /* Pairs with the release store in process_prepare: the state is complete. */
    return atomic_load_explicit(&process.phase, memory_order_acquire) == PROCESS_READY;
}

/* Makes the state of this process unless it is there; false when there can be
 * none.  Any thread.  In a fork's child this is where its own recording begins. */
bool process_prepare(void);

/* Waits while another thread makes the state, and gives the phase then. */
uint32_t process_settle(void);

/* Marks the root WIPEONFORK; false when the kernel cannot (before 4.14). */
bool process_init(void);

/* Is the calling process the one that this memory belongs to?  False in a child of it that
 * shares the memory (vfork, clone): what such a child is, is not to be found here after it.
 * Makes a system call. */
bool process_ours(void);

/* In a fork's child: this memory is its own from now on. */
void process_own(void);

/* When a signal handler forks in the middle of an event, the child goes on with
 * that event when the handler returns: nothing may be wiped under it.  `keep`
 * before the fork and `wipe` after it in the parent; in the child `stale` has
 * process_renew() do the wiping before the next event. */
void process_fork_keep(void);
void process_fork_wipe(void);
void process_fork_stale(void);
extern HIDDEN bool process_is_stale;
void process_renew(void);

/* Counts processes along a line of forks; changes in every child that records. */
extern HIDDEN uint32_t fork_generation;

#endif
