/* SPDX-License-Identifier: Apache-2.0 */
#include "preload/process/process.h"
#include "preload/base/sys.h"
#include "preload/process/config.h"
#include "preload/process/sandbox.h"
#include "preload/process/thread.h"

#include <errno.h>
#include <linux/kcmp.h>
#include <sys/mman.h>

struct root root;
uint32_t root_generation = 1;

bool root_init(void)
{
    if (madvise(&root, sizeof root, MADV_WIPEONFORK) != 0)
        return false;
    root_own();
    return true;
}

void root_own(void)
{
    atomic_store_explicit(&root.pid, (uint32_t)SYS(getpid), memory_order_relaxed);
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

bool root_ours(void)
{
    uint32_t pid = atomic_load_explicit(&root.pid, memory_order_relaxed);
    if (pid)
        return pid == (uint32_t)SYS(getpid);
    return started_by_libc() || !shares_parents_memory();
}

static bool prepare(void)
{
    root_own();
    root_generation++;
    if (!segment_create(root.pid != config.pid))
        return false;
    if (buffers_init() && sites_init()) {
        modules_begin();
        return true;
    }
    segment_abandon();
    return false;
}

/* A handler that forks in the middle of this would leave parent and child with one state;
 * so no handler runs. */
static uint32_t create(void)
{
    uint64_t before;
    uint32_t phase = ROOT_UNUSED;
    struct internal internal;
    sys_block_signals(&before);
    if (atomic_compare_exchange_strong_explicit(&root.phase, &phase, ROOT_PREPARING,
                                                memory_order_acquire, memory_order_acquire)) {
        thread_internal_begin(&internal);
        phase = prepare() ? ROOT_READY : ROOT_FAILED;
        thread_internal_end(&internal);
        atomic_store_explicit(&root.phase, phase, memory_order_release);
        sys_wake(&root.phase);
    }
    sys_unblock_signals(&before);
    return phase;
}

/* Another thread is at it, for about 100 us.  It cannot be this one, which passes its own
 * calls through meanwhile. */
uint32_t root_settle(void)
{
    uint32_t phase;
    while ((phase = atomic_load_explicit(&root.phase, memory_order_acquire)) == ROOT_PREPARING)
        sys_wait(&root.phase, ROOT_PREPARING);
    return phase;
}

bool root_prepare(void)
{
    uint32_t phase = atomic_load_explicit(&root.phase, memory_order_acquire);
    if (phase == ROOT_UNUSED && !sandboxed() && root_ours())
        phase = create();
    if (phase == ROOT_PREPARING)
        phase = root_settle();
    return phase == ROOT_READY;
}

bool root_is_stale;

static void advise(int root_advice, int state_advice)
{
    madvise(&root, sizeof root, root_advice);
    arena_advise(root_advice);
    segment_advise(state_advice);
}

void root_fork_keep(void)
{
    if (!sandboxed())
        advise(MADV_KEEPONFORK, MADV_DOFORK);
}

void root_fork_wipe(void)
{
    if (!sandboxed())
        advise(MADV_WIPEONFORK, MADV_DONTFORK);
}

void root_fork_stale(void)
{
    root_is_stale = true;
    segment_detach(); /* what the rest of the event counts is the parent's to count */
}

void root_renew(void)
{
    int saved = errno;
    root_is_stale = false;
    segment_unmap();
    advise(MADV_DONTNEED, MADV_DONTNEED);
    root_own();
    advise(MADV_WIPEONFORK, MADV_DONTNEED);
    errno = saved;
}
