/* SPDX-License-Identifier: Apache-2.0
 *
 * Where the resident memory of a process is, recorded by memprof or not.  It is read while the
 * process runs on: /proc/PID/smaps once, which is each mapping at a slightly different moment.
 */
#ifndef MEMPROF_COLLECTOR_MEMORY_MEMORY_H
#define MEMPROF_COLLECTOR_MEMORY_MEMORY_H

#include "collector/base/error.h"
#include "collector/memory/modules.h"
#include "collector/memory/parts.h"
#include "collector/memory/smaps.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#define MEMORY_MODULE_KINDS 4 /* text, rodata, data, bss: the first of enum memory_kind */

struct memory_kind_sums {
    struct memory_sizes sizes;
    uint64_t likely; /* of its rss, what only looks like that */
    size_t count;    /* of ranges that lie apart */
};

struct memory_module_sums {
    struct memory_sizes kinds[MEMORY_MODULE_KINDS];
};

struct memory {
    pid_t pid;
    struct memory_kind_sums kinds[MEMORY_KINDS];
    struct memory_sizes total;  /* the sum of all kinds */
    struct memory_sizes rollup; /* the kernel's own sum, read afterwards; all 0: it has none */
    struct memory_module_sums *modules; /* of found.items[i] */
    size_t threads;
    const char *allocator; /* NULL: glibc's, or one in the program */
    /* What the rest is about; borrowed by `found`. */
    struct smaps smaps;
    struct memory_modules found;
    struct target target;
};

/* `state_device` and `state_inode` are of the mapping of its state, 0 where it has none.
 * memory_deinit() it in any case. */
struct error *memory_read(struct memory *memory, pid_t pid, uint64_t state_device,
                          uint64_t state_inode);
void memory_deinit(struct memory *memory);

/* The sums over what an allocator has its blocks in. */
struct memory_sizes memory_of_allocator(const struct memory *memory);

#endif
