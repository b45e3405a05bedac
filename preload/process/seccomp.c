/* SPDX-License-Identifier: Apache-2.0 */
#include "preload/process/seccomp.h"
#include "preload/arena.h"
#include "preload/base/sys.h"
#include "preload/process/config.h"
#include "preload/process/memory_limit.h"
#include "preload/process/prepare.h"
#include "preload/process/process.h"
#include "preload/process/sandbox.h"
#include "preload/process/start_phase.h"
#include "preload/process/state_file.h"
#include "preload/process/state_map.h"

/* What a sandboxed process can record into.  Private memory is address space until it is used: 64
 * MiB hold two million live blocks.  The state is memory at once, for a shared page that has none
 * when it is touched is a SIGBUS: 4 MiB hold some 20 000 sites where every allocation is counted,
 * and a quarter of that where few are. */
#define PRIVATE_BYTES (UINT64_C(64) << 20)
#define STATE_OFTEN   (UINT64_C(4) << 20)
#define STATE_RARELY  (UINT64_C(1) << 20)
#define OFTEN_BYTES   4096u /* intervals up to this */
#define PART          16    /* of what the program, and the file system of the state, may have */

static uint64_t least(uint64_t a, uint64_t b)
{
    return a < b ? a : b;
}

static void prepare(void)
{
    uint64_t state = config.interval_bytes <= OFTEN_BYTES ? STATE_OFTEN : STATE_RARELY;
    state = least(state, state_file_room() / PART);
    state_map_prepare((uint32_t)(state / state_map.header->chunk_bytes));
    arena_prepare(least(PRIVATE_BYTES, memory_limit() / PART));
}

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
        prepare();
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
