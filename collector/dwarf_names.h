/* SPDX-License-Identifier: Apache-2.0
 *
 * Names of C++ functions for which the compiler wrote no linkage name (static
 * ones that were inlined): put together from the DWARF tree as the demangler
 * would have written them, namespaces and parameter types included.
 */
#ifndef MEMPROF_COLLECTOR_DWARF_NAMES_H
#define MEMPROF_COLLECTOR_DWARF_NAMES_H

#include "collector/dwarf_units.h"

#include <elfutils/libdw.h>
#include <stdbool.h>
#include <stdint.h>

/* A namespace, class or function, by where its children lie in the unit. */
struct dwarf_space {
    Dwarf_Off start, end;
    uint32_t parent; /* 0: none */
    Dwarf_Die die;
};

struct dwarf_names {
    struct dwarf_space *spaces; /* of one unit, by start; 0 is not used */
    uint32_t count, capacity;
    void *unit; /* whose they are; NULL: none */
    struct dwarf_steps *steps;
};

/* The caller frees it; NULL: there is nothing to add to the plain name. */
char *dwarf_names_format(struct dwarf_names *names, Dwarf_Die *unit, Dwarf_Die *function);
void dwarf_names_deinit(struct dwarf_names *names);

#endif
