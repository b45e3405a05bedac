/* SPDX-License-Identifier: Apache-2.0 */
#include "collector/symbols/dwarf_handle.h"
#include "collector/symbols/image_store.h"

#include <dwarf.h>
#include <elfutils/libdwelf.h>
#include <string.h>
#include <unistd.h>

/* libdw does not return when it gets no memory; this runs in a process of its own. */
__attribute__((noreturn)) static void out_of_memory(void)
{
    _exit(1);
}

static Dwarf *open_file(Elf *elf)
{
    Dwarf *dwarf = dwarf_begin_elf(elf, DWARF_C_READ, NULL);
    if (dwarf)
        dwarf_new_oom_handler(dwarf, out_of_memory);
    return dwarf;
}

static void open_alternate(struct dwarf_handle *handle)
{
    const char *name;
    const void *build_id;
    ssize_t length = dwelf_dwarf_gnu_debugaltlink(handle->dwarf, &name, &build_id);
    if (length <= 0)
        return;
    if (!handle->alternate_image.elf &&
        !debug_file_open_alternate(&handle->alternate_image, build_id, (uint32_t)length, name,
                                   handle->source))
        return;
    handle->alternate = open_file(handle->alternate_image.elf);
    if (handle->alternate)
        dwarf_setalt(handle->dwarf, handle->alternate);
}

bool dwarf_handle_open(struct dwarf_handle *handle)
{
    if (handle->dwarf)
        return true;
    handle->dwarf = open_file(handle->image->elf);
    if (handle->dwarf)
        open_alternate(handle);
    return handle->dwarf != NULL;
}

void dwarf_handle_close(struct dwarf_handle *handle)
{
    dwarf_end(handle->dwarf);
    dwarf_end(handle->alternate);
    handle->dwarf = handle->alternate = NULL;
}

void dwarf_handle_deinit(struct dwarf_handle *handle)
{
    dwarf_handle_close(handle);
    image_store_close(&handle->alternate_image);
}

Dwarf_Die *dwarf_handle_unit(struct dwarf_handle *handle, Dwarf_Off offset, Dwarf_Die *unit,
                             Dwarf_Die *split)
{
    uint8_t type;
    if (!dwarf_offdie(handle->dwarf, offset, unit))
        return NULL;
    memset(split, 0, sizeof(*split));
    if (dwarf_cu_info(unit->cu, NULL, &type, NULL, split, NULL, NULL, NULL) == 0 &&
        type == DW_UT_skeleton && split->cu)
        return split;
    return unit;
}
