/* SPDX-License-Identifier: Apache-2.0
 *
 * The functions around addresses of one compilation unit: the one that was
 * compiled, and those inlined into it.
 */
#ifndef MEMPROF_COLLECTOR_SYMBOLS_DWARF_SCOPES_H
#define MEMPROF_COLLECTOR_SYMBOLS_DWARF_SCOPES_H

#include "collector/symbols/dwarf_code.h"
#include "collector/symbols/dwarf_units.h"

#include <elfutils/libdw.h>
#include <stdbool.h>
#include <stdint.h>

/* A function, or an inlined call of one. */
struct dwarf_scope {
    Dwarf_Die die;
    uint32_t parent; /* scope that this was inlined into; 0: none */
};

struct dwarf_scopes {
    const uint64_t *addresses; /* ascending; all of a module */
    const Dwarf_Off *units;    /* and the unit of each */
    const uint64_t *starts;    /* of the function around each, by the unwind tables; 0: not known */
    uint32_t count;
    const struct dwarf_code *code;
    uint32_t *innermost;       /* scope of each address; 0: none */
    struct dwarf_scope *items; /* of the unit at hand; 0 is not used */
    uint32_t item_count, item_capacity;
    Dwarf_Off unit;
    struct dwarf_steps *steps;
    bool no_memory;
};

/* The fields above `innermost` and `steps` are set by who calls.  False: no memory. */
bool dwarf_scopes_init(struct dwarf_scopes *scopes);
void dwarf_scopes_deinit(struct dwarf_scopes *scopes);

/* Finds the scopes of the addresses in one unit, whose indexes are `members`;
 * those of the unit before are forgotten.  `root` is its DIE (of the split unit
 * if there is one). */
void dwarf_scopes_read(struct dwarf_scopes *scopes, Dwarf_Off unit, Dwarf_Die *root,
                       const uint32_t *members, uint32_t member_count);

#endif
