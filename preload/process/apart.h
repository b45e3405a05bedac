/* SPDX-License-Identifier: Apache-2.0
 *
 * A thread of the kernel's that shares this process's memory but has descriptors and a umask
 * of its own: what must open files there does not touch the target's.  No wait call knows it,
 * no tracer takes it for a child, and libc does not know it either.
 */
#ifndef MEMPROF_APART_H
#define MEMPROF_APART_H

#include <stdbool.h>

/* Runs `function` there and waits for its end.  False: there can be none (a limit on
 * processes, a new pid namespace).  One at a time, with all signals blocked. */
bool apart_do(void (*function)(void));

#endif
