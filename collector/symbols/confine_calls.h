/* SPDX-License-Identifier: Apache-2.0
 *
 * The system calls that are left to a process that parses files.
 */
#ifndef MEMPROF_COLLECTOR_SYMBOLS_CONFINE_CALLS_H
#define MEMPROF_COLLECTOR_SYMBOLS_CONFINE_CALLS_H

#include <stdbool.h>

/* Needs no_new_privs.  All other calls fail with EPERM; memory is never executable.
 * False: the kernel has no filters, or this architecture's calls are not known. */
bool confine_calls(void);

/* Who opens files for libraries that open them themselves, by path: a descriptor, or
 * -1.  With it set, openat() asks it; without it, openat() fails. */
void confine_calls_set_opener(int (*opener)(const char *path));

#endif
