/* SPDX-License-Identifier: Apache-2.0
 *
 * Functions, files and lines of addresses from DWARF, inlined calls included.
 */
#ifndef MEMPROF_COLLECTOR_SYMBOLS_DWARF_FRAMES_H
#define MEMPROF_COLLECTOR_SYMBOLS_DWARF_FRAMES_H

#include "collector/symbols/debug_file.h"
#include "collector/symbols/image.h"

#include <stdbool.h>
#include <stdint.h>

#define DWARF_FRAMES_MAX 256 /* of one address */

/* Strings are valid during the call they are given to. */
struct dwarf_frame {
    const char *symbol; /* mangled, or plain; NULL: not known */
    const char *name;   /* for people; NULL: the symbol, demangled */
    const char *file;   /* as absolute as the compiler wrote it; "" when unknown */
    int64_t line;
    int64_t start_line;
    uint64_t entry; /* where the function's code starts, if it says; of the last frame only */
    bool is_mangled;
};

struct dwarf_sink {
    void *context;
    /* Frames of addresses[index], the innermost first. */
    void (*frames)(void *context, uint32_t index, const struct dwarf_frame *frames, uint32_t count);
    /* Now and then; false: it is time to stop. */
    bool (*go_on)(void *context);
};

/* Calls sink->frames for each of `count` ascending addresses that the DWARF in
 * `image` knows something about.  `starts` are those of the functions around them, as unwind
 * tables have them; 0: not known.  False: no memory. */
bool dwarf_frames_find(const struct image *image, struct debug_source *source,
                       const uint64_t *addresses, const uint64_t *starts, uint32_t count,
                       const struct dwarf_sink *sink);

#endif
