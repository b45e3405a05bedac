/* SPDX-License-Identifier: Apache-2.0
 *
 * Where the object that a pc belongs to is mapped.  The loader is asked without a lock
 * (_dl_find_object).  Where an executable's segments have holes between them, it names the one
 * segment alone; the object's program headers, which are mapped too, name all of them.  Another
 * object may lie in such a hole.
 */
#ifndef MEMPROF_MODULE_EXTENT_H
#define MEMPROF_MODULE_EXTENT_H

#include "preload/base/hidden.h"

#include <link.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct module_extent {
    uintptr_t start, end; /* of all segments, holes between them included */
    uintptr_t bias;       /* run-time address - ELF vaddr */
    const ElfW(Phdr) * headers;
    size_t header_count;      /* 0: not known, and [start, end) is believed to be readable */
    const void *eh_frame_hdr; /* NULL: none */
    const struct link_map *link_map;
};

/* False: pc is in no object.  Signal-safe where module_extents_usable(). */
bool module_extent_find(uintptr_t pc, struct module_extent *extent);

/* The same in two steps: whose pc it is, by link_map and eh_frame_hdr, with the one segment that
 * the loader names; then all of its segments. */
bool module_extent_locate(uintptr_t pc, struct module_extent *extent);
void module_extent_widen(uintptr_t pc, struct module_extent *extent);

/* The end of the readable segment that `address` is in; 0: it is in none. */
uintptr_t module_extent_readable_to(const struct module_extent *extent, uintptr_t address);

/* Finds out whether this loader has _dl_find_object (glibc 2.35). */
void module_extents_init(void);
bool module_extents_usable(void);

#endif
