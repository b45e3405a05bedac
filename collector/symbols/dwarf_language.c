/* SPDX-License-Identifier: Apache-2.0
 *
 * Languages have a number for each edition.
 */
#include "collector/symbols/dwarf_language.h"

#include <dwarf.h>

#define HOPS_MAX 8

void dwarf_language_declaration(Dwarf_Die *die)
{
    Dwarf_Attribute attribute;
    Dwarf_Die origin;
    for (int hops = 0; hops < HOPS_MAX; hops++) {
        Dwarf_Attribute *found = dwarf_attr(die, DW_AT_abstract_origin, &attribute);
        if (!found)
            found = dwarf_attr(die, DW_AT_specification, &attribute);
        if (!found || !dwarf_formref_die(found, &origin))
            return;
        *die = origin;
    }
}

enum dwarf_language dwarf_language_of(const Dwarf_Die *declaration)
{
    Dwarf_Die copy = *declaration, unit;
    if (!dwarf_diecu(&copy, &unit, NULL, NULL))
        return DWARF_LANGUAGE_OTHER;
    switch (dwarf_srclang(&unit)) {
    case DW_LANG_C_plus_plus:
    case DW_LANG_C_plus_plus_03:
    case DW_LANG_C_plus_plus_11:
    case DW_LANG_C_plus_plus_14:
    case 0x2b: /* C++17, and */
    case 0x2c: /* C++20, which DWARF 6 numbers */
        return DWARF_LANGUAGE_CXX;
    case DW_LANG_Fortran77:
    case DW_LANG_Fortran90:
    case DW_LANG_Fortran95:
    case DW_LANG_Fortran03:
    case DW_LANG_Fortran08:
    case 0x2d: /* Fortran 2018, likewise */
        return DWARF_LANGUAGE_FORTRAN;
    case DW_LANG_Ada83:
    case DW_LANG_Ada95:
    case 0x2e: /* Ada 2005, and */
    case 0x2f: /* Ada 2012, likewise */
        return DWARF_LANGUAGE_ADA;
    default:
        return DWARF_LANGUAGE_OTHER;
    }
}
