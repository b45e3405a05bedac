/* SPDX-License-Identifier: Apache-2.0
 *
 * Where direct calls and jumps lead, read from the machine code of a file.  x86-64 only; of
 * another machine's code nothing is known.
 */
#ifndef MEMPROF_COLLECTOR_SYMBOLS_BRANCHES_H
#define MEMPROF_COLLECTOR_SYMBOLS_BRANCHES_H

#include "collector/symbols/image.h"

#include <stdbool.h>
#include <stdint.h>

struct branch_section {
    uint64_t start, end;
    const uint8_t *bytes; /* NULL: of the file's procedure linkage tables, which lead elsewhere */
};

struct branches {
    struct branch_section *sections; /* that hold code */
    uint32_t count;
};

/* `image` is that of the module, not of its debug file.  False: no memory. */
bool branches_init(struct branches *branches, const struct image *image);
void branches_deinit(struct branches *branches);

/* The function in this file that the call before `end` calls; 0: it is not a direct call of one. */
uint64_t branches_called(const struct branches *branches, uint64_t end);

/* Where the jump leads that begins at `start`, or ends at `end` where start is 0.  0: not known.
 * *is_stub: to a procedure linkage table, or through the table of addresses beside it. */
uint64_t branches_jumped(const struct branches *branches, uint64_t start, uint64_t end,
                         bool *is_stub);

#endif
