/* SPDX-License-Identifier: Apache-2.0
 *
 * A range of a process's addresses and what it is used for; a list of such ranges.
 */
#ifndef MEMPROF_COLLECTOR_MEMORY_PART_H
#define MEMPROF_COLLECTOR_MEMORY_PART_H

#include "collector/memory/modules.h"
#include "collector/memory/smaps.h"
#include "collector/memory/target.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum memory_kind {
    MEMORY_TEXT,
    MEMORY_RODATA,
    MEMORY_DATA,
    MEMORY_BSS,
    MEMORY_MAIN_STACK,
    MEMORY_THREAD_STACKS,
    MEMORY_HEAP,      /* [heap], which glibc and tcmalloc take blocks from */
    MEMORY_ARENAS,    /* glibc's, of threads */
    MEMORY_BLOCKS,    /* glibc's large blocks, each a mapping of its own */
    MEMORY_ALLOCATOR, /* of another allocator */
    MEMORY_OURS,      /* the profiler's: its library, its state, its tables */
    MEMORY_SHARED,
    MEMORY_FILES,
    MEMORY_ANONYMOUS, /* that the program mapped itself, and what is not known to be anything else
                       */
    MEMORY_KERNEL,    /* [vdso] and its like */
    MEMORY_KINDS,
};
/* Segments have the numbers of the first four kinds. */

struct memory_part {
    uint64_t start, end;
    enum memory_kind kind;
    const struct memory_module *module; /* of the first four kinds; else NULL */
    bool is_likely;                     /* it looks like that, and nothing proves it */
};

/* What is known of the process when its mappings are told apart. */
struct memory_view {
    const struct smaps *smaps;
    const struct target *target;
    const struct memory_modules *modules;
    const char *allocator; /* see memory_modules_allocator() */
    const uint64_t *stack_pointers;
    size_t stack_pointer_count;
    uint64_t state_device, state_inode; /* of the state that it maps; 0: none */
};

/* A growing list. */
struct memory_parts {
    struct memory_part *items;
    size_t count, capacity;
    bool has_failed; /* there was no memory for a part */
};

/* Adds one, or makes the last one longer if it is of the same kind. */
void memory_parts_add(struct memory_parts *parts, const struct memory_part *part);
void memory_parts_deinit(struct memory_parts *parts);

#endif
