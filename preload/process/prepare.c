/* SPDX-License-Identifier: Apache-2.0 */
#include "preload/process/prepare.h"
#include "preload/base/sys.h"
#include "preload/counters.h"
#include "preload/process/config.h"
#include "preload/process/modules.h"
#include "preload/process/process.h"
#include "preload/process/sandbox.h"
#include "preload/process/state_file.h"
#include "preload/process/thread.h"
#include "preload/sites.h"
#include "preload/timeline.h"

#include <sys/mman.h>

bool process_init(void)
{
    if (!process_wide_advise(MADV_WIPEONFORK))
        return false;
    process_own();
    return true;
}

static bool prepare(void)
{
    process_own();
    fork_generation++;
    if (!state_file_create(process.pid != config.pid))
        return false;
    if (counters_init() && sites_init()) {
        modules_begin();
        timeline_begin();
        return true;
    }
    state_file_abandon();
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
        phase = !prepare()         ? PROCESS_FAILED
                : config.lifetimes ? PROCESS_READY_FOLLOWING
                                   : PROCESS_READY;
        thread_internal_end(&internal);
        atomic_store_explicit(&process.phase, phase, memory_order_release);
        sys_wake(&process.phase);
    }
    sys_unblock_signals(&before);
    return phase;
}

bool process_prepare(void)
{
    uint32_t phase = atomic_load_explicit(&process.phase, memory_order_acquire);
    if (phase == PROCESS_UNUSED && !sandboxed() && process_ours())
        phase = create();
    if (phase == PROCESS_PREPARING)
        phase = process_settle();
    return phase == PROCESS_READY || phase == PROCESS_READY_FOLLOWING;
}
