/* SPDX-License-Identifier: Apache-2.0
 *
 * After the target entered seccomp any system call of ours may kill it, so none
 * is made: no growth, no exec, no message.  The interposed prctl and syscall notice
 * it (seccomp.h); forks inherit it, as they inherit seccomp.  A child that shares this memory
 * (vfork, clone) may lock itself in, too: then its thread counts as locked in until the
 * kernel says that the child has left this memory.
 */
#ifndef MEMPROF_SANDBOX_H
#define MEMPROF_SANDBOX_H

#include "preload/base/hidden.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

extern HIDDEN _Atomic bool sandbox_entered;

/* Number of a locked-in child that runs on this thread's TLS; the kernel clears it. */
extern HIDDEN __thread _Atomic uint32_t sandbox_child;

static inline bool sandboxed(void)
{
    return atomic_load_explicit(&sandbox_entered, memory_order_relaxed) ||
           atomic_load_explicit(&sandbox_child, memory_order_relaxed) != 0;
}

#endif
