/* SPDX-License-Identifier: Apache-2.0
 *
 * The executable and the libraries among a process's mappings.
 */
#ifndef MEMPROF_COLLECTOR_MEMORY_MODULES_H
#define MEMPROF_COLLECTOR_MEMORY_MODULES_H

#include "collector/memory/segments.h"
#include "collector/memory/smaps.h"
#include "collector/memory/target.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct memory_module {
    const struct smaps_mapping *first; /* the mapping with the beginning of its file; borrowed */
    uint64_t start, end;               /* all of it, with its bss */
    struct segments segments;          /* count 0: they are not known */
    bool is_ours;                      /* the profiler's library */
};

struct memory_modules {
    struct memory_module *items; /* by address */
    size_t count;
};

/* False: no memory.  memory_modules_deinit() them in any case. */
bool memory_modules_init(struct memory_modules *modules, const struct smaps *smaps,
                         const struct target *target);
void memory_modules_deinit(struct memory_modules *modules);

/* The module that an address lies in, or the next one behind it; NULL: there is none. */
const struct memory_module *memory_modules_at(const struct memory_modules *modules,
                                              uint64_t address);

/* jemalloc, tcmalloc or mimalloc, if a library of that name is there; else NULL: it is glibc's, or
 * in the program. */
const char *memory_modules_allocator(const struct memory_modules *modules);

#endif
