/* SPDX-License-Identifier: Apache-2.0
 *
 * Which compilation unit holds an address.
 */
#ifndef MEMPROF_COLLECTOR_SYMBOLS_DWARF_UNITS_H
#define MEMPROF_COLLECTOR_SYMBOLS_DWARF_UNITS_H

#include "collector/symbols/dwarf_code.h"
#include "collector/symbols/dwarf_steps.h"

#include <elfutils/libdw.h>
#include <stdbool.h>
#include <stdint.h>

/* Fills units[i] with the offset of the unit's DIE for addresses[i], which
 * ascend; 0: none has it. */
void dwarf_units_find(Dwarf *dwarf, const struct dwarf_code *code, const uint64_t *addresses,
                      uint32_t count, Dwarf_Off *units, struct dwarf_steps *steps);

/* Indexes of the addresses that have a unit, ordered by it; *order is the caller's.  False: no
 * memory. */
bool dwarf_units_order(const Dwarf_Off *units, uint32_t count, uint32_t **order, uint32_t *total);

/* Where a function begins; one with a cold part elsewhere has ranges.  0: not known. */
uint64_t dwarf_units_entry(Dwarf_Die *function);

/* The first of `count` ascending addresses that is not below `address`. */
uint32_t dwarf_units_lower_bound(const uint64_t *addresses, uint32_t count, uint64_t address);

#endif
