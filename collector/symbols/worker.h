/* SPDX-License-Identifier: Apache-2.0
 *
 * Reads symbols and DWARF, in a process of its own: what libdw does with a
 * damaged file, or without memory, must not cost the profile.
 */
#ifndef MEMPROF_COLLECTOR_SYMBOLS_WORKER_H
#define MEMPROF_COLLECTOR_SYMBOLS_WORKER_H

#include "collector/state/module.h"
#include "collector/symbols/confine.h"

#include <stdint.h>

/* Gives up all rights, does one job after the other (job.h), and ends the process when
 * nobody has one any more.  `fd` is the socket to who has. */
_Noreturn void symbol_worker_run(const struct confine_options *confinement, int fd);

/* "libfoo.so+0x1a2b", for an address as the file has it.  The caller frees it; NULL: no memory. */
char *symbol_fallback_name(const struct module *module, uint64_t vaddr);

#endif
