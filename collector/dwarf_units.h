/* SPDX-License-Identifier: Apache-2.0
 *
 * Which compilation unit holds an address.
 */
#ifndef MEMPROF_COLLECTOR_DWARF_UNITS_H
#define MEMPROF_COLLECTOR_DWARF_UNITS_H

#include <elfutils/libdw.h>
#include <stdint.h>

/* Fills units[i] with the offset of the unit's DIE for addresses[i], which
 * ascend; 0: none has it. */
void dwarf_units_find(Dwarf *dwarf, const uint64_t *addresses, uint32_t count, Dwarf_Off *units);

/* The first of `count` ascending addresses that is not below `address`. */
uint32_t dwarf_units_lower_bound(const uint64_t *addresses, uint32_t count, uint64_t address);

#endif
