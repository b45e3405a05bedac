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
 * the symbol tables of one file, or (Fedora's minidebuginfo) in the table packed
 * into it.  Symbols found in earlier calls stay unless there is a better one.
 * False: no memory. */
bool symbols_find(const struct image *image, const uint64_t *addresses, uint32_t count,
                  struct symbol *symbols);

struct symbols_packed; /* keeps the unpacked table; NULL: there is none */
struct symbols_packed *symbols_find_packed(const struct image *image, const uint64_t *addresses,
                                           uint32_t count, struct symbol *symbols);
void symbols_packed_destroy(struct symbols_packed *packed);

#endif
