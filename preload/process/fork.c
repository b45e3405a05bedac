/* SPDX-License-Identifier: Apache-2.0 */
#include "preload/process/fork.h"
#include "preload/arena.h"
#include "preload/process/process.h"
#include "preload/process/sandbox.h"
#include "preload/process/state_file.h"
#include "preload/process/thread.h"

#include <errno.h>
#include <sys/mman.h>

static void advise(int own_advice, int state_advice)
{
    process_wide_advise(own_advice);
    arena_advise(own_advice);
    state_file_advise(state_advice);
}

void fork_keep(void)
{
    if (!sandboxed())
        advise(MADV_KEEPONFORK, MADV_DOFORK);
}

void fork_wipe(void)
{
    if (!sandboxed())
        advise(MADV_WIPEONFORK, MADV_DONTFORK);
}

void fork_stale(void)
{
    atomic_store_explicit(&process.phase, PROCESS_STALE, memory_order_relaxed);
    state_file_detach(); /* what the rest of the event counts is the parent's to count */
}

void fork_renew(void)
{
    int saved = errno;
    if (sandboxed())
        return;
    state_file_unmap();
    advise(MADV_DONTNEED, MADV_DONTNEED);
    process_own();
    advise(MADV_WIPEONFORK, MADV_DONTNEED);
    errno = saved;
}

/* A handler that interrupted an event forks: its child has to see everything as it is.  The
 * child must not find the state of another thread's making, which it cannot finish. */
void fork_prepare(void)
{
    process_settle();
    if (thread.inside)
        fork_keep();
}

void fork_in_parent(void)
{
    if (thread.inside)
        fork_wipe();
}

/* Nothing wiped: this thread asked for that, or another one whose handler forks just now. */
void fork_in_child(void)
{
    if (atomic_load_explicit(&process.phase, memory_order_relaxed) != PROCESS_UNUSED)
        fork_stale();
    if (!sandboxed())
        process_own();
}

/* What glibc's pthread_atfork calls; weak, because another C library has none. */
int __register_atfork(void (*)(void), void (*)(void), void (*)(void), void *) __attribute__((weak));
extern void *__dso_handle __attribute__((visibility("hidden")));

void fork_register(void)
{
    if (__register_atfork)
        __register_atfork(fork_prepare, fork_in_parent, fork_in_child, __dso_handle);
}
