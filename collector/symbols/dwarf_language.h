/* SPDX-License-Identifier: Apache-2.0
 *
 * The language a function is written in, which decides what its name is made of.
 */
#ifndef MEMPROF_COLLECTOR_SYMBOLS_DWARF_LANGUAGE_H
#define MEMPROF_COLLECTOR_SYMBOLS_DWARF_LANGUAGE_H

#include <elfutils/libdw.h>

enum dwarf_language {
    DWARF_LANGUAGE_OTHER, /* C among them */
    DWARF_LANGUAGE_CXX,
    DWARF_LANGUAGE_FORTRAN,
    DWARF_LANGUAGE_ADA,
};

/* Goes from a compiled or inlined function to its declaration. */
void dwarf_language_declaration(Dwarf_Die *die);
/* That of the unit with the declaration: where a linker compiled (LTO) the code may be in a unit
 * of another language. */
enum dwarf_language dwarf_language_of(const Dwarf_Die *declaration);

#endif
