/* SPDX-License-Identifier: Apache-2.0
 *
 * Names of C++ functions for which the compiler wrote no linkage name (static
 * ones that were inlined, and what is local to a function): put together from the DWARF tree as the
 * demangler would have written them, namespaces and parameter types included.
 */
#ifndef MEMPROF_COLLECTOR_SYMBOLS_DWARF_NAMES_H
#define MEMPROF_COLLECTOR_SYMBOLS_DWARF_NAMES_H

#include "collector/symbols/dwarf_spaces.h"

#include <elfutils/libdw.h>

/* The caller frees it; NULL: there is nothing to add to the plain name. */
char *dwarf_names_format(struct dwarf_spaces *spaces, Dwarf_Die *unit, Dwarf_Die *function);

#endif
