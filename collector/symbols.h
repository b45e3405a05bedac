/* SPDX-License-Identifier: Apache-2.0
 *
 * Functions from the symbol tables of ELF files.
 */
#ifndef MEMPROF_COLLECTOR_SYMBOLS_H
#define MEMPROF_COLLECTOR_SYMBOLS_H

#include "collector/image.h"

#include <stdbool.h>
#include <stdint.h>

/* The best symbol for one address so far. */
struct symbol {
    const char *name; /* lives as long as the image it is from; NULL: none */
    uint64_t start;
    unsigned rank;
};

/* Looks up `count` ascending addresses (as the ELF file has them, not biased) in
 * the symbol tables of one file.  Symbols found in earlier calls stay unless there is
 * a better one.  False: no memory. */
bool symbols_find(const struct image *image, const uint64_t *addresses, uint32_t count,
                  struct symbol *symbols);
/* The same in the table that is packed into the file (Fedora's minidebuginfo), which is
 * opened as `packed`, if there is one; the symbols live as long as that. */
bool symbols_find_packed(struct image *packed, const struct image *image, const uint64_t *addresses,
                         uint32_t count, struct symbol *symbols);

#endif
