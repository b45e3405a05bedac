/* SPDX-License-Identifier: Apache-2.0
 *
 * A child that shares this process's memory and nothing else: it has descriptors
 * and signal dispositions of its own, so that what must open files or start
 * programs does not touch the target's.  The target cannot see it: its exit signal
 * is 0, and wait calls without __WALL or __WCLONE pass over it.
 */
#ifndef MEMPROF_APART_H
#define MEMPROF_APART_H

#include <stdbool.h>

/* Runs function(argument) there, with all signals blocked, and waits for it.  Its
 * result (0..255), or -1 when there can be no such child.  One at a time.  Under
 * valgrind, which makes a fork of it, what it writes to memory is lost. */
int apart_run(int (*function)(void *), void *argument);

/* Runs `function` in a thread of the kernel's that shares this process's memory but has
 * descriptors and a umask of its own, and waits for its end.  No wait call knows it and no
 * tracer takes it for a child; libc does not know it either.  False: there can be none.  One
 * at a time, with all signals blocked. */
bool apart_do(void (*function)(void));

#endif
