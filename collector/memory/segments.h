/* SPDX-License-Identifier: Apache-2.0
 *
 * Which addresses of a module are its text, its constants, its data and its bss, by the program
 * headers of its file.
 */
#ifndef MEMPROF_COLLECTOR_MEMORY_SEGMENTS_H
#define MEMPROF_COLLECTOR_MEMORY_SEGMENTS_H

#include "collector/base/open_regular.h"
#include "collector/memory/smaps.h"
#include "collector/memory/target.h"

#include <stdbool.h>
#include <stdint.h>

enum segment_kind { SEGMENT_TEXT, SEGMENT_RODATA, SEGMENT_DATA, SEGMENT_BSS };

#define SEGMENTS_MAX 32

/* A range of addresses in the process, of whole pages; sorted, none overlaps another. */
struct segment {
    uint64_t start, end;
    enum segment_kind kind;
};

struct segments {
    struct segment items[SEGMENTS_MAX];
    unsigned count;
    uint64_t bias; /* run-time address - the file's address */
};

/* `first` is the module's mapping that begins with the file's first byte.  The headers are the
 * file's, if it is still the one that is mapped, else what the process has of them in memory.
 * False: neither is to be had, or they make no sense. */
bool segments_find(struct segments *segments, const struct target *target,
                   const struct process_root *root, const struct smaps_mapping *first);

/* The file of a mapping, if the name still leads to it; else -1. */
int segments_open_file(const struct process_root *root, const struct smaps_mapping *mapping);

#endif
