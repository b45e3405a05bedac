/* SPDX-License-Identifier: Apache-2.0
 *
 * Makes what a process records into: its state, and what belongs to that.  It comes with the
 * first sample of a process, and of a fork's child, which has nothing of its parent's.
 */
#ifndef MEMPROF_PREPARE_H
#define MEMPROF_PREPARE_H

#include <stdbool.h>

/* Makes the state of this process unless it is there; false when there can be none, or in a
 * child that shares its parent's memory.  Any thread, signal handlers too. */
bool process_prepare(void);

/* Has the kernel wipe what is process-wide in a fork's child; false when it cannot (before
 * Linux 4.14). */
bool process_init(void);

#endif
