/* SPDX-License-Identifier: Apache-2.0
 *
 * Start of recording in a process, in two steps: recording begins with the first
 * allocation after libc is initialised, which may be made under any lock of libc; what
 * takes such a lock itself is done later, in our constructor at the latest.
 */
#ifndef MEMPROF_START_H
#define MEMPROF_START_H

#include <stdbool.h>
#include <stdint.h>

/* Before START_DONE: takes the steps that an allocation made at `pc` allows.  Calls no
 * allocator and takes no lock under which there may be an allocation.  True: record it. */
bool start_step(uintptr_t pc);

#endif
