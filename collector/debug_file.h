/* SPDX-License-Identifier: Apache-2.0
 *
 * Finds what was stripped from a file: by build id, by .gnu_debuglink, and from
 * debuginfod servers when that is asked for.
 */
#ifndef MEMPROF_COLLECTOR_DEBUG_FILE_H
#define MEMPROF_COLLECTOR_DEBUG_FILE_H

#include "collector/image.h"

struct debug_search {
    int root_pid; /* whose root directory to look into too; 0: none */
    bool use_debuginfod;
    unsigned debuginfod_timeout_s;
};

/* Whether the file itself has DWARF. */
bool debug_file_is_inside(const struct image *image);
/* Opens the debug file of `image`; it must have the same build id, or the
 * checksum that the link says.  False: there is none. */
bool debug_file_open(struct image *debug, const struct image *image,
                     const struct debug_search *search);
/* Opens a debug file by its build id alone (what dwz shares between files). */
bool debug_file_open_id(struct image *debug, const uint8_t *build_id, uint32_t length,
                        const struct debug_search *search);

#endif
