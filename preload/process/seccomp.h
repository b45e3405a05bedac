/* SPDX-License-Identifier: Apache-2.0
 *
 * The target enters seccomp: what is left to do before, and to take back when it could not.
 */
#ifndef MEMPROF_SECCOMP_H
#define MEMPROF_SECCOMP_H

#include <stdbool.h>

/* The calling process is about to enter.  The result is for seccomp_restore(). */
bool seccomp_enter(void);

/* The filter was refused. */
void seccomp_restore(bool before);

#endif
