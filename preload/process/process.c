/* SPDX-License-Identifier: Apache-2.0 */
#include "preload/process/process.h"
#include "preload/base/sys.h"
#include "preload/process/config.h"
#include "preload/process/sandbox.h"
#include "preload/process/thread.h"

#include <errno.h>
#include <linux/kcmp.h>
#include <sys/mman.h>

struct process process;
uint32_t fork_generation = 1;

bool process_init(void)
{
    if (madvise(&process, sizeof process, MADV_WIPEONFORK) != 0)
        return false;
    process_own();
    return true;
}

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

static bool prepare(void)
{
    process_own();
    fork_generation++;
    if (!state_map_create(process.pid != config.pid))
        return false;
    if (counters_init() && sites_init()) {
        modules_begin();
        return true;
    }
    state_map_abandon();
    return false;
}

/* A handler that forks in the middle of this would leave parent and child with one state;
 * so no handler runs. */
static uint32_t create(void)
{
    uint64_t before;
    uint32_t phase = PROCESS_UNUSED;
    struct internal internal;
    sys_block_signals(&before);
    if (atomic_compare_exchange_strong_explicit(&process.phase, &phase, PROCESS_PREPARING,
                                                memory_order_acquire, memory_order_acquire)) {
        thread_internal_begin(&internal);
        phase = prepare() ? PROCESS_READY : PROCESS_FAILED;
        thread_internal_end(&internal);
        atomic_store_explicit(&process.phase, phase, memory_order_release);
        sys_wake(&process.phase);
    }
    sys_unblock_signals(&before);
    return phase;
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

bool process_prepare(void)
{
    uint32_t phase = atomic_load_explicit(&process.phase, memory_order_acquire);
    if (phase == PROCESS_UNUSED && !sandboxed() && process_ours())
        phase = create();
    if (phase == PROCESS_PREPARING)
        phase = process_settle();
    return phase == PROCESS_READY;
}

bool process_is_stale;

static void advise(int own_advice, int state_advice)
{
    madvise(&process, sizeof process, own_advice);
    arena_advise(own_advice);
    state_map_advise(state_advice);
}

void process_fork_keep(void)
{
    if (!sandboxed())
        advise(MADV_KEEPONFORK, MADV_DOFORK);
}

void process_fork_wipe(void)
{
    if (!sandboxed())
        advise(MADV_WIPEONFORK, MADV_DONTFORK);
}

void process_fork_stale(void)
{
    process_is_stale = true;
    state_map_detach(); /* what the rest of the event counts is the parent's to count */
}

void process_renew(void)
{
    int saved = errno;
    process_is_stale = false;
    state_map_unmap();
    advise(MADV_DONTNEED, MADV_DONTNEED);
    process_own();
    advise(MADV_WIPEONFORK, MADV_DONTNEED);
    errno = saved;
}
