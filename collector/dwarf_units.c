/* SPDX-License-Identifier: Apache-2.0
 *
 * .debug_aranges first, one table for the whole file; not every compiler writes
 * it, so for what it does not know each unit is asked for its ranges, once.
 */
#include "collector/dwarf_units.h"

#include <stdbool.h>

uint32_t dwarf_units_lower_bound(const uint64_t *addresses, uint32_t count, uint64_t address)
{
    uint32_t low = 0, high = count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (addresses[middle] < address)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* The number of addresses that are still without a unit. */
static uint32_t find_by_aranges(Dwarf *dwarf, const uint64_t *addresses, uint32_t count,
                                Dwarf_Off *units)
{
    Dwarf_Aranges *aranges;
    size_t total;
    uint32_t missing = count;
    if (dwarf_getaranges(dwarf, &aranges, &total) != 0 || total == 0)
        return missing;
    for (uint32_t i = 0; i < count; i++) {
        Dwarf_Arange *arange = dwarf_getarange_addr(aranges, addresses[i]);
        if (arange && dwarf_getarangeinfo(arange, NULL, NULL, &units[i]) == 0 && units[i] != 0)
            missing--;
    }
    return missing;
}

/* Gives the addresses in the unit's ranges to it; how many. */
static uint32_t claim(Dwarf_Die *unit, const uint64_t *addresses, uint32_t count, Dwarf_Off *units,
                      struct dwarf_steps *steps)
{
    Dwarf_Addr base, start, end;
    uint32_t claimed = 0;
    for (ptrdiff_t at = 0;
         dwarf_step(steps) && (at = dwarf_ranges(unit, at, &base, &start, &end)) > 0;)
        for (uint32_t i = dwarf_units_lower_bound(addresses, count, start);
             i < count && addresses[i] < end && dwarf_step(steps); i++)
            if (units[i] == 0) {
                units[i] = dwarf_dieoffset(unit);
                claimed++;
            }
    return claimed;
}

void dwarf_units_find(Dwarf *dwarf, const uint64_t *addresses, uint32_t count, Dwarf_Off *units,
                      struct dwarf_steps *steps)
{
    uint32_t missing = find_by_aranges(dwarf, addresses, count, units);
    Dwarf_CU *unit = NULL;
    Dwarf_Die die;
    while (missing > 0 && dwarf_step(steps) &&
           dwarf_get_units(dwarf, unit, &unit, NULL, NULL, &die, NULL) == 0)
        missing -= claim(&die, addresses, count, units, steps);
}
