/* SPDX-License-Identifier: Apache-2.0
 *
 * What the kernel says of each mapping of a process: /proc/PID/smaps, read once.
 */
#ifndef MEMPROF_COLLECTOR_MEMORY_SMAPS_H
#define MEMPROF_COLLECTOR_MEMORY_SMAPS_H

#include "collector/base/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/types.h>

/* All in bytes. */
struct memory_sizes {
    uint64_t mapped;  /* addresses that may be used; without those of no access */
    uint64_t rss;     /* in memory; huge pages of hugetlbfs are not among them, as in VmRSS */
    uint64_t pss;     /* of pages that several processes share, this one's part */
    uint64_t dirty;   /* Private_Dirty: what would be free if the process ended */
    uint64_t swap;    /* written to swap */
    uint64_t huge;    /* of rss, in transparent huge pages */
    uint64_t hugetlb; /* in pages of hugetlbfs, which rss does not have */
};

struct smaps_mapping {
    uint64_t start, end, offset, device, inode;
    char permissions[5];
    char *name;          /* a path, "[heap]" and its like, or "" */
    bool has_reserve;    /* false: MAP_NORESERVE ("nr") */
    bool is_wiped;       /* MADV_WIPEONFORK ("wf") */
    bool is_without_thp; /* "nh", which since Linux 6.7 MAP_STACK makes of a mapping */
    struct memory_sizes sizes;
};

struct smaps {
    struct smaps_mapping *items; /* by address */
    size_t count;
};

/* smaps_deinit() them in any case. */
struct error *smaps_read(struct smaps *smaps, pid_t pid);
/* The sums that the kernel makes of them, /proc/PID/smaps_rollup; false: it has none (before Linux
 * 4.14), or the process is gone. */
bool smaps_read_rollup(struct memory_sizes *sums, pid_t pid);
void smaps_deinit(struct smaps *smaps);

/* The text of such a file, for tests; `name` is for messages. */
struct error *smaps_parse(struct smaps *smaps, FILE *file, const char *name);

void memory_sizes_add(struct memory_sizes *sum, const struct memory_sizes *sizes);

#endif
