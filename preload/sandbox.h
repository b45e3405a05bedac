/* SPDX-License-Identifier: Apache-2.0
 *
 * After the target entered seccomp any system call of ours may kill it, so none
 * is made: no growth, no helper, no message.  Set by the interposed prctl and
 * syscall (calls.c); inherited by forks, as seccomp is.
 */
#ifndef MEMPROF_SANDBOX_H
#define MEMPROF_SANDBOX_H

#include "preload/hidden.h"

#include <stdatomic.h>
#include <stdbool.h>

extern HIDDEN _Atomic bool sandbox_entered;

static inline bool sandboxed(void)
{
    return atomic_load_explicit(&sandbox_entered, memory_order_relaxed);
}

/* True if it was entered before. */
static inline bool sandbox_enter(void)
{
    return atomic_exchange_explicit(&sandbox_entered, true, memory_order_relaxed);
}

/* The filter was refused. */
static inline void sandbox_restore(bool before)
{
    atomic_store_explicit(&sandbox_entered, before, memory_order_relaxed);
}

#endif
