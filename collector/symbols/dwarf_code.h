/* SPDX-License-Identifier: Apache-2.0
 *
 * Tells code that is in a file from code that the linker discarded.  Debug information of the
 * latter stays, with ranges that begin at 0, at 1, at the highest addresses, or at an offset from
 * these, and may reach over code that is there.
 */
#ifndef MEMPROF_COLLECTOR_SYMBOLS_DWARF_CODE_H
#define MEMPROF_COLLECTOR_SYMBOLS_DWARF_CODE_H

#include "collector/symbols/dwarf_steps.h"
#include "collector/symbols/image.h"

#include <elfutils/libdw.h>

/* The sections that hold code. */
struct dwarf_code {
    struct {
        uint64_t start, end;
    } *sections;
    uint32_t count;
};

/* False: no memory. */
bool dwarf_code_init(struct dwarf_code *code, const struct image *image);
void dwarf_code_deinit(struct dwarf_code *code);
/* Whether code that begins there is in the file. */
bool dwarf_code_is_kept(const struct dwarf_code *code, uint64_t start);

/* Moves the line table's rows of discarded code, in the unit whose DIE is given, to where no code
 * is: libdw sorts all rows of a unit together.  To be called before libdw reads them. */
void dwarf_code_move_lines(const struct dwarf_code *code, const struct image *image,
                           Dwarf_Die *unit, struct dwarf_steps *steps);

#endif
