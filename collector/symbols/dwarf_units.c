/* SPDX-License-Identifier: Apache-2.0
 *
 * .debug_aranges first, one table for the whole file; not every compiler writes
 * it, so for what it does not know each unit is asked for its ranges, once.
 */
#include "collector/symbols/dwarf_units.h"
#include "collector/symbols/dwarf_code.h"

#include <stdbool.h>
#include <stdlib.h>

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

struct search {
    const struct dwarf_code *code;
    const uint64_t *addresses;
    uint32_t count;
    Dwarf_Off *units;
    uint32_t missing; /* addresses that are still without a unit */
    struct dwarf_steps *steps;
};

/* Gives the addresses in a range to a unit, unless its code was discarded. */
static void claim(struct search *search, Dwarf_Off unit, uint64_t start, uint64_t end)
{
    uint32_t i = dwarf_units_lower_bound(search->addresses, search->count, start);
    if (i == search->count || search->addresses[i] >= end ||
        !dwarf_code_is_kept(search->code, start))
        return;
    for (; i < search->count && search->addresses[i] < end && dwarf_step(search->steps); i++)
        if (search->units[i] == 0) {
            search->units[i] = unit;
            search->missing--;
        }
}

/* libdw's own search in the table finds one range, which may be that of discarded code. */
static void claim_by_aranges(struct search *search, Dwarf *dwarf)
{
    Dwarf_Aranges *aranges;
    size_t total;
    if (dwarf_getaranges(dwarf, &aranges, &total) != 0)
        return;
    for (size_t i = 0; i < total && search->missing > 0 && dwarf_step(search->steps); i++) {
        Dwarf_Arange *arange = dwarf_onearange(aranges, i);
        Dwarf_Addr start;
        Dwarf_Word length;
        Dwarf_Off unit;
        if (arange && dwarf_getarangeinfo(arange, &start, &length, &unit) == 0 && unit != 0)
            claim(search, unit, start, start + length);
    }
}

static void claim_by_ranges(struct search *search, Dwarf_Die *unit)
{
    Dwarf_Addr base, start, end;
    for (ptrdiff_t at = 0;
         dwarf_step(search->steps) && (at = dwarf_ranges(unit, at, &base, &start, &end)) > 0;)
        claim(search, dwarf_dieoffset(unit), start, end);
}

void dwarf_units_find(Dwarf *dwarf, const struct dwarf_code *code, const uint64_t *addresses,
                      uint32_t count, Dwarf_Off *units, struct dwarf_steps *steps)
{
    struct search search = {code, addresses, count, units, count, steps};
    Dwarf_CU *unit = NULL;
    Dwarf_Die die;
    claim_by_aranges(&search, dwarf);
    while (search.missing > 0 && dwarf_step(steps) &&
           dwarf_get_units(dwarf, unit, &unit, NULL, NULL, &die, NULL) == 0)
        claim_by_ranges(&search, &die);
}

struct member {
    Dwarf_Off unit;
    uint32_t index;
};

static int by_unit(const void *left, const void *right)
{
    const struct member *a = left, *b = right;
    if (a->unit != b->unit)
        return a->unit < b->unit ? -1 : 1;
    return a->index < b->index ? -1 : a->index > b->index;
}

bool dwarf_units_order(const Dwarf_Off *units, uint32_t count, uint32_t **order, uint32_t *total)
{
    struct member *members = malloc(((size_t)count + 1) * sizeof(*members));
    *order = malloc(((size_t)count + 1) * sizeof(**order));
    *total = 0;
    if (members && *order) {
        for (uint32_t i = 0; i < count; i++)
            if (units[i] != 0)
                members[(*total)++] = (struct member){units[i], i};
        qsort(members, *total, sizeof(*members), by_unit);
        for (uint32_t i = 0; i < *total; i++)
            (*order)[i] = members[i].index;
    }
    bool has_memory = members && *order;
    free(members);
    return has_memory;
}

uint64_t dwarf_units_entry(Dwarf_Die *function)
{
    Dwarf_Addr entry = 0, base, start, end;
    if (dwarf_entrypc(function, &entry) != 0 && dwarf_ranges(function, 0, &base, &start, &end) > 0)
        entry = start;
    return entry;
}
