/* SPDX-License-Identifier: Apache-2.0
 *
 * Asks for what was stripped from a file: by build id, by .gnu_debuglink, and from
 * debuginfod servers when that is allowed.  Runs in the symbol worker.
 */
#ifndef MEMPROF_COLLECTOR_SYMBOLS_DEBUG_FILE_H
#define MEMPROF_COLLECTOR_SYMBOLS_DEBUG_FILE_H

#include "collector/symbols/image.h"
#include "collector/symbols/pipe.h"

/* Where files come from: asked of the collector. */
struct debug_source {
    struct symbol_writer *writer;
    uint32_t module;      /* at hand */
    bool is_debug;        /* a debug file of it was opened: names in it are relative to it */
    int64_t *deadline_ms; /* put off for large files; 0: there is none */
};

/* The file that was mapped. */
bool debug_file_open_module(struct image *image, const struct module *module,
                            struct debug_source *source);
/* Whether the file itself has DWARF. */
bool debug_file_is_inside(const struct image *image);
/* Opens the debug file of `image`; it must have the same build id, or the
 * checksum that the link says.  False: there is none. */
bool debug_file_open(struct image *debug, const struct image *image, struct debug_source *source);
/* Opens what dwz shares between files, by build id or by its name. */
bool debug_file_open_alternate(struct image *debug, const uint8_t *build_id, uint32_t length,
                               const char *name, struct debug_source *source);

#endif
