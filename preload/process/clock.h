/* SPDX-License-Identifier: Apache-2.0
 *
 * CLOCK_MONOTONIC by libc's own function, whoever else defines one: that might allocate or
 * change what time it is.  It takes no lock, and no system call where the kernel lets it.
 */
#ifndef MEMPROF_CLOCK_H
#define MEMPROF_CLOCK_H

#include <stdint.h>

/* At the start only, since it walks the loader's list. */
void clock_find(void);

/* 0 where it cannot be read: a program that entered seccomp may be killed for what the
 * function calls. */
uint64_t clock_monotonic_ns(void);

/* Since the state of this process was made; 0: not known. */
uint64_t clock_since_start_ns(void);

#endif
