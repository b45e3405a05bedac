/* SPDX-License-Identifier: Apache-2.0
 *
 * Names for which a demangler does not serve.  C++ functions for which the compiler wrote no
 * linkage name (static ones that were inlined, and what is local to a function) are put together
 * from the DWARF tree as the demangler would have written them, namespaces and parameter types
 * included; Fortran's get the modules and procedures around them, Ada's are decoded.
 */
#ifndef MEMPROF_COLLECTOR_SYMBOLS_DWARF_NAMES_H
#define MEMPROF_COLLECTOR_SYMBOLS_DWARF_NAMES_H

#include "collector/symbols/dwarf_spaces.h"

#include <elfutils/libdw.h>

/* The caller frees it; NULL: there is nothing to add to the plain name. */
char *dwarf_names_format(struct dwarf_spaces *spaces, const Dwarf_Die *function);

#endif
