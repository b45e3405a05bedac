/* SPDX-License-Identifier: Apache-2.0
 *
 * What was mapped when frames were recorded, as the collector keeps it.
 */
#ifndef MEMPROF_COLLECTOR_SYMBOLS_MODULE_H
#define MEMPROF_COLLECTOR_SYMBOLS_MODULE_H

#include <stdbool.h>
#include <stdint.h>

#define MODULE_SEGMENTS_MAX  4
#define MODULE_BUILD_ID_MAX  32
#define MODULE_BUILD_ID_SURE 8 /* a shorter one may be shared by two builds */

struct module_segment {
    uint64_t vaddr, bytes, file_offset; /* as the ELF file says, not biased */
};

struct module {
    char *path;    /* never NULL; "" when it is not known or the record is unused */
    uint64_t bias; /* run-time address - ELF vaddr */
    uint64_t map_start, map_end;
    uint64_t device, inode, file_bytes;
    int64_t mtime_ns;
    uint32_t build_id_length;
    uint8_t build_id[MODULE_BUILD_ID_MAX];
    uint32_t segment_count;
    struct module_segment segments[MODULE_SEGMENTS_MAX];
    bool is_executable; /* the main program */
    uint32_t unload_epoch;
};

#define MODULE_BUILD_ID_TEXT (2 * MODULE_BUILD_ID_MAX + 1)
/* A build id in lower-case hex; "" where there is none.  Returns `text`. */
char *module_build_id_text(char text[static MODULE_BUILD_ID_TEXT], const uint8_t *id,
                           uint32_t length);

#endif
