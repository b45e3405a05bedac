/* SPDX-License-Identifier: Apache-2.0 */
#include "preload/root.h"
#include "preload/config.h"
#include "preload/sandbox.h"
#include "preload/thread.h"

#include <errno.h>
#include <sched.h>
#include <sys/mman.h>
#include <unistd.h>

struct root root;
uint32_t root_generation = 1;

bool root_init(void)
{
    return madvise(&root, sizeof root, MADV_WIPEONFORK) == 0;
}

static bool prepare(void)
{
    if (sandboxed())
        return false;
    root_generation++;
    if (!segment_create((uint32_t)getpid() != config.pid))
        return false;
    if (buffers_init() && sites_init())
        return true;
    segment_abandon();
    return false;
}

bool root_prepare(void)
{
    uint32_t phase = atomic_load_explicit(&root.phase, memory_order_acquire);
    if (phase == ROOT_UNUSED &&
        atomic_compare_exchange_strong_explicit(&root.phase, &phase, ROOT_PREPARING,
                                                memory_order_acquire, memory_order_acquire)) {
        struct internal internal;
        thread_internal_begin(&internal);
        phase = prepare() ? ROOT_READY : ROOT_FAILED;
        thread_internal_end(&internal);
        atomic_store_explicit(&root.phase, phase, memory_order_release);
    }
    /* Another thread is at it, for about 100 us; it cannot be this one, which
     * passes its own calls through meanwhile. */
    while (phase == ROOT_PREPARING) {
        sched_yield();
        phase = atomic_load_explicit(&root.phase, memory_order_acquire);
    }
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
    advise(MADV_WIPEONFORK, MADV_DONTNEED);
    errno = saved;
}
