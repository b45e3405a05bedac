/* SPDX-License-Identifier: Apache-2.0
 *
 * A task of the kernel's that shares this process's memory but has descriptors and a umask of its
 * own, so that opening files in it does not touch the target's.  No wait call and no tracer sees
 * it as a child, and libc does not know of it.
 */
#ifndef MEMPROF_APART_H
#define MEMPROF_APART_H

#include <stdbool.h>

/* Runs `function` in such a task and waits for its end.  False: the kernel gives none (a limit on
 * processes, a new pid namespace).  One at a time, with all signals blocked. */
bool apart_do(void (*function)(void));

#endif
