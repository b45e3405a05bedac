/* SPDX-License-Identifier: Apache-2.0
 *
 * libdw's handle of a file, with the common file that dwz moved parts of it into.
 */
#ifndef MEMPROF_COLLECTOR_DWARF_HANDLE_H
#define MEMPROF_COLLECTOR_DWARF_HANDLE_H

#include "collector/symbols/debug_file.h"
#include "collector/symbols/image.h"

#include <elfutils/libdw.h>
#include <stdbool.h>

/* `image` and `source` are set by who calls. */
struct dwarf_handle {
    const struct image *image;
    struct debug_source *source;
    Dwarf *dwarf;     /* NULL: to be opened */
    Dwarf *alternate; /* NULL: there is none */
    struct image alternate_image;
};

/* False: there is no DWARF.  True if it is open already. */
bool dwarf_handle_open(struct dwarf_handle *handle);
/* Frees what libdw keeps; it may be opened again. */
void dwarf_handle_close(struct dwarf_handle *handle);
void dwarf_handle_deinit(struct dwarf_handle *handle);

/* The DIE of the unit at an offset, and the one whose tree has its functions: that of the split
 * unit if there is one.  NULL: there is no such unit. */
Dwarf_Die *dwarf_handle_unit(struct dwarf_handle *handle, Dwarf_Off offset, Dwarf_Die *unit,
                             Dwarf_Die *split);

#endif
