/* SPDX-License-Identifier: Apache-2.0
 *
 * Reads symbols and DWARF, in a process of its own: what libdw does with a
 * damaged file, or without memory, must not cost the profile.
 */
#ifndef MEMPROF_COLLECTOR_SYMBOLS_WORKER_H
#define MEMPROF_COLLECTOR_SYMBOLS_WORKER_H

#include "collector/profile/profile.h"
#include "collector/state/module.h"
#include "collector/symbols/confine.h"
#include "collector/symbols/pipe.h"

/* How much is tried for a module. */
enum symbol_level {
    SYMBOL_LEVEL_NONE,
    SYMBOL_LEVEL_TABLES, /* ELF symbols */
    SYMBOL_LEVEL_DWARF,
};

/* The locations of one module, ascending: order[first .. first + count). */
struct symbol_task {
    uint32_t module, first, count;
    enum symbol_level level;
};

struct symbol_work {
    const struct profile *profile; /* locations have addresses */
    const struct module *modules;
    const uint32_t *order;
    struct symbol_task *tasks;
    uint32_t task_count;
    int64_t deadline_ms; /* no DWARF after it; 0: none */
    struct confine_options confinement;
};

/* Gives up all rights, does the tasks from `first` on and ends the process.  `fd` is the
 * socket to who waits for it. */
_Noreturn void symbol_worker_run(const struct symbol_work *work, uint32_t first, int fd);

/* "libfoo.so+0x1a2b", for an address as the file has it.  The caller frees it; NULL: no memory. */
char *symbol_fallback_name(const struct module *module, uint64_t vaddr);

#endif
