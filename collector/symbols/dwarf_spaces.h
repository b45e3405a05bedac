/* SPDX-License-Identifier: Apache-2.0
 *
 * What is around a DIE: namespaces, classes, functions and the blocks in them.
 */
#ifndef MEMPROF_COLLECTOR_SYMBOLS_DWARF_SPACES_H
#define MEMPROF_COLLECTOR_SYMBOLS_DWARF_SPACES_H

#include "collector/symbols/dwarf_units.h"

#include <elfutils/libdw.h>
#include <stdint.h>

#define DWARF_SPACES_DEPTH_MAX 1024

/* A namespace, class, function or block, by where its children lie in the unit. */
struct dwarf_space {
    Dwarf_Off start, end;
    uint32_t parent; /* 0: none */
    Dwarf_Die die;
};

struct dwarf_spaces {
    struct dwarf_space *items; /* of one unit, by start; 0 is not used */
    uint32_t count, capacity;
    void *unit; /* whose they are; NULL: none */
    struct dwarf_steps *steps;
};

/* Reads those of a unit, unless that was the last one. */
void dwarf_spaces_read(struct dwarf_spaces *spaces, Dwarf_Die *unit);
/* The innermost one around a DIE of that unit; 0: none. */
uint32_t dwarf_spaces_find(const struct dwarf_spaces *spaces, Dwarf_Die *die);
void dwarf_spaces_deinit(struct dwarf_spaces *spaces);

#endif
