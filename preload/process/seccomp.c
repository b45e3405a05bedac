/* SPDX-License-Identifier: Apache-2.0 */
#include "preload/process/seccomp.h"
#include "preload/base/sys.h"
#include "preload/process/prepare.h"
#include "preload/process/process.h"
#include "preload/process/sandbox.h"
#include "preload/process/start_phase.h"
#include "preload/process/state_map.h"

#define CHUNKS 16 /* 256 KiB for what a sandboxed process will record */

bool seccomp_enter(void)
{
    if (sandboxed())
        return true;
    if (!process_ours()) {
        /* A vfork's child.  When it execs or ends, however it ends, the kernel writes 0 there:
         * before its parent goes on. */
        atomic_store_explicit(&sandbox_child, (uint32_t)SYS(gettid), memory_order_relaxed);
        SYS(set_tid_address, &sandbox_child);
        return false;
    }
    if (start_recording() && process_prepare())
        state_map_prepare(CHUNKS);
    return atomic_exchange_explicit(&sandbox_entered, true, memory_order_relaxed);
}

void seccomp_restore(bool before)
{
    if (before)
        return;
    if (atomic_load_explicit(&sandbox_child, memory_order_relaxed))
        atomic_store_explicit(&sandbox_child, 0, memory_order_relaxed);
    else
        atomic_store_explicit(&sandbox_entered, false, memory_order_relaxed);
}
