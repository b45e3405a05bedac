/* SPDX-License-Identifier: Apache-2.0 */
#include "preload/process/fork.h"
#include "preload/process/process.h"
#include "preload/process/sandbox.h"
#include "preload/process/thread.h"

/* A handler that interrupted an event and forks: the child will go on with that
 * event, so this once it must see everything as it is (process_fork_*).  The child must not
 * find the state of another thread's making, which it cannot finish. */
void fork_prepare(void)
{
    process_settle();
    if (thread.inside)
        process_fork_keep();
}

void fork_in_parent(void)
{
    if (thread.inside)
        process_fork_wipe();
}

/* Nothing wiped: this thread asked for that, or another one whose handler forks just now. */
void fork_in_child(void)
{
    if (atomic_load_explicit(&process.phase, memory_order_relaxed) != PROCESS_UNUSED)
        process_fork_stale();
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
