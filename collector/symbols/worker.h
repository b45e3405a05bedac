/* SPDX-License-Identifier: Apache-2.0
 *
 * Reads symbols and DWARF, in a process of its own: what libdw does with a
 * damaged file, or without memory, must not cost the profile.
 */
#ifndef MEMPROF_COLLECTOR_SYMBOLS_WORKER_H
#define MEMPROF_COLLECTOR_SYMBOLS_WORKER_H

#include "collector/symbols/confine.h"

#include <stdbool.h>

/* Gives up all rights, does one job after the other (job.h), and ends the process when
 * nobody has one any more.  `fd` is the socket to who has.  worker.c does it in this process,
 * worker_exec.c by becoming memprof-symbols: what a program is linked with decides. */
_Noreturn void symbol_worker_run(const struct confine_options *confinement, int fd);
/* False: memprof-symbols is not where it should be, and nobody can read symbols. */
bool symbol_worker_is_there(void);

#endif
