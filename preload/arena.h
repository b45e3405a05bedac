/* SPDX-License-Identifier: Apache-2.0
 *
 * The shim's private memory: anonymous regions that read as zero in a fork's
 * child (MADV_WIPEONFORK) and are used again there from their start.  Never
 * freed, never moved.  No locks; safe in signal handlers.
 */
#ifndef MEMPROF_ARENA_H
#define MEMPROF_ARENA_H

#include "preload/base/hidden.h"
#include "preload/process/process_wide.h"

#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/mman.h>

#define ARENA_REGIONS 28

#ifndef MADV_POPULATE_WRITE /* Linux 5.14 */
#define MADV_POPULATE_WRITE 23
#endif

/* Where the next byte comes from, in this process. */
struct PROCESS_WIDE_TYPE arena {
    _Atomic uint64_t used[ARENA_REGIONS]; /* bytes taken of each region */
};

extern HIDDEN struct arena arena;

/* Zeroed memory, aligned to `align` (a power of two up to 4096); NULL when the
 * kernel has none or a system call is not allowed any more. */
void *arena_alloc(size_t bytes, size_t align);

/* Makes a table resident that is large and filled in no order, at once instead of fault
 * by fault; it may be in use. */
void arena_populate(void *table, size_t bytes);

/* Maps at least about `bytes` for what comes when no system call is allowed any more, or as much of
 * that as can be had.  It is address space, and memory when it is used. */
void arena_prepare(size_t bytes);

/* madvise on every region. */
void arena_advise(int advice);

#endif
