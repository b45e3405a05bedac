/* SPDX-License-Identifier: Apache-2.0
 *
 * Functions from the symbol tables of ELF files.
 */
#ifndef MEMPROF_COLLECTOR_SYMBOLS_SYMBOLS_H
#define MEMPROF_COLLECTOR_SYMBOLS_SYMBOLS_H

#include "collector/symbols/image.h"

#include <stdbool.h>
#include <stdint.h>

/* The best symbol for one address so far. */
struct symbol {
    const char *name; /* lives as long as the image it is from; NULL: none */
    uint64_t start;
    unsigned rank;
    bool is_global; /* other files can name it */
};

struct open_symbol {
    struct symbol symbol;
    uint64_t end; /* of its section */
};

/* Looks up ascending addresses (as the ELF file has them, not biased) in the symbol tables of
 * any number of files together: begin, add, end. */
struct symbol_search {
    const uint64_t *addresses;
    uint32_t count;
    struct symbol *symbols; /* by address */
    uint64_t visits;
    /* Symbols without a size reach to the next symbol, which may be in another file: by first
     * address at or after it. */
    struct open_symbol *open_ended;
    uint64_t *starts; /* the last start of any symbol, likewise */
};

/* `symbols` is the caller's, and zeroed.  False: no memory. */
bool symbol_search_begin(struct symbol_search *search, const uint64_t *addresses, uint32_t count,
                         struct symbol *symbols);
void symbol_search_add(struct symbol_search *search, const struct image *image);
/* The table that is packed into the file (Fedora's minidebuginfo), if there is one, which is
 * opened as `packed`; its symbols live as long as that. */
void symbol_search_add_packed(struct symbol_search *search, struct image *packed,
                              const struct image *image);
/* `function_starts` are those of functions around each address, as unwind tables have them; 0: not
 * known. */
void symbol_search_end(struct symbol_search *search, const uint64_t *function_starts);

#endif
