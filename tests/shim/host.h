/* SPDX-License-Identifier: Apache-2.0
 *
 * A process for the shim's parts to run in, linked as ordinary objects: the
 * interposed functions stay out, so the allocator is libc's, and blocks are
 * whatever addresses a test says.
 */
#ifndef SHIM_HOST_H
#define SHIM_HOST_H

#include "preload/counters.h"
#include "preload/event.h"
#include "preload/process/state_map.h"

#include <stdint.h>

/* Reads the options: `interval`, and the state in $MEMPROF_DIR.  Whoever allocates
 * first begins to record; host_start does. */
void host_configure(const char *interval);
void host_start(const char *interval);

/* Its end: removes the state. */
void host_stop(void);

/* The calls as the interposed functions make them, from the caller's stack. */
void host_allocate(void *block, size_t size);
void host_free(void *block);

/* A block that nothing dereferences; `n` blocks lie side by side. */
#define HOST_BLOCK(n) ((void *)(UINT64_C(0x10000000) + (uint64_t)(n) * 64))

struct host_sums {
    uint64_t allocated_objects, allocated_bytes, freed_objects, freed_bytes;
};
/* Over all cells, as the collector reads: what was freed first. */
struct host_sums host_sum(void);

#endif
