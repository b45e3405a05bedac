/* SPDX-License-Identifier: Apache-2.0 */
#include "preload/process/process.h"
#include "preload/base/sys.h"

#include <linux/kcmp.h>

PROCESS_WIDE(struct process, process);
uint32_t fork_generation = 1;

void process_own(void)
{
    atomic_store_explicit(&process.pid, (uint32_t)SYS(getpid), memory_order_relaxed);
}

/* libc has the kernel keep a list of robust mutexes for each thread it starts and each child
 * it forks, but not for a vfork's child, nor for what clone made without its knowledge. */
static bool started_by_libc(void)
{
    void *list = NULL;
    size_t bytes;
    return SYS(get_robust_list, 0, &list, &bytes) == 0 && list;
}

static bool shares_parents_memory(void)
{
    long self = SYS(getpid), parent = SYS(getppid);
    return SYS(kcmp, self, parent, KCMP_VM, 0, 0) == 0;
}

bool process_ours(void)
{
    uint32_t pid = atomic_load_explicit(&process.pid, memory_order_relaxed);
    if (pid)
        return pid == (uint32_t)SYS(getpid);
    return started_by_libc() || !shares_parents_memory();
}

/* Another thread is at it, for about 100 us.  It cannot be this one, which passes its own
 * calls through meanwhile. */
uint32_t process_settle(void)
{
    uint32_t phase;
    while ((phase = atomic_load_explicit(&process.phase, memory_order_acquire)) ==
           PROCESS_PREPARING)
        sys_wait(&process.phase, PROCESS_PREPARING);
    return phase;
}
