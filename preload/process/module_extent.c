/* SPDX-License-Identifier: Apache-2.0 */
#include "preload/process/module_extent.h"
#include "preload/process/dl.h"
#include "preload/process/symbols.h"
#include "preload/process/thread.h"

#include <elf.h>
#include <string.h>
#include <sys/auxv.h>

#define PAGE 4096u

/* Looked up, not linked: even a weak reference would name its symbol version, which
 * an older loader misses and then refuses us. */
static int (*find_object)(void *address, struct dl_find_object *result);

/* The main program's, as the kernel or a loader that was run as a program gives them. */
static const ElfW(Phdr) * main_headers;
static size_t main_header_count;
static const struct link_map *main_map; /* NULL: not known */

void module_extents_init(void)
{
    dl_init();
    *(void **)&find_object = symbols_first("_dl_find_object", NULL, NULL);
    if (getauxval(AT_PHENT) == sizeof(ElfW(Phdr))) {
        main_headers = (const ElfW(Phdr) *)getauxval(AT_PHDR);
        main_header_count = main_headers ? getauxval(AT_PHNUM) : 0;
    }
    struct dl_find_object found;
    if (find_object && find_object((void *)main_headers, &found) == 0)
        main_map = found.dlfo_link_map;
}

bool module_extents_usable(void)
{
    return find_object != NULL;
}

/* Accepts these headers if they are the object's, that is, if they name the dynamic section that
 * the loader names.  The bytes at this address need not be the headers: the file's offset may not
 * be mapped there. */
static bool take_headers(struct module_extent *extent, uintptr_t pc, const ElfW(Phdr) * headers,
                         size_t count)
{
    uintptr_t start = UINTPTR_MAX, end = 0;
    bool fits = false;
    for (size_t i = 0; i < count; i++) {
        uintptr_t from = extent->bias + headers[i].p_vaddr, to = from + headers[i].p_memsz;
        if (headers[i].p_type == PT_DYNAMIC)
            fits = from == (uintptr_t)extent->link_map->l_ld;
        if (headers[i].p_type != PT_LOAD || to <= from)
            continue;
        start = from < start ? from : start;
        end = to > end ? to : end;
    }
    start &= ~(uintptr_t)(PAGE - 1);
    if (!fits || pc < start || pc >= end)
        return false;
    extent->start = start;
    extent->end = end;
    extent->headers = headers;
    extent->header_count = count;
    for (size_t i = 0; i < count && !extent->eh_frame_hdr; i++)
        if (headers[i].p_type == PT_GNU_EH_FRAME)
            extent->eh_frame_hdr = (const void *)(extent->bias + headers[i].p_vaddr);
    return true;
}

/* Takes those that an ELF header at `head`, the start of a readable page, points to. */
static bool take_headers_of(struct module_extent *extent, uintptr_t pc, uintptr_t head)
{
    const ElfW(Ehdr) *elf = (const ElfW(Ehdr) *)head;
    if (head % PAGE || memcmp(elf->e_ident, ELFMAG, SELFMAG) != 0 ||
        elf->e_phentsize != sizeof(ElfW(Phdr)) || elf->e_phoff % sizeof(uintptr_t))
        return false;
    uintptr_t first = head + elf->e_phoff, last = first + elf->e_phnum * sizeof(ElfW(Phdr)) - 1;
    if (first < head || last < first)
        return false;
    for (uintptr_t page = first & ~(uintptr_t)(PAGE - 1); page <= last; page += PAGE)
        if (page != head && !thread_readable(page))
            return false;
    return take_headers(extent, pc, (const ElfW(Phdr) *)first, elf->e_phnum);
}

/* For loaders without _dl_find_object; takes the loader's lock. */
static bool find_by_loader(uintptr_t pc, struct module_extent *extent)
{
    uintptr_t base;
    *extent = (struct module_extent){0};
    if (!dl_find(pc, &extent->link_map, &base))
        return false;
    extent->bias = extent->link_map->l_addr;
    return take_headers(extent, pc, main_headers, main_header_count) ||
           take_headers_of(extent, pc, base);
}

/* Is it mapped, as a part of this object? */
static bool is_of(const struct link_map *map, uintptr_t address)
{
    struct dl_find_object found;
    return find_object((void *)address, &found) == 0 && found.dlfo_link_map == map;
}

bool module_extent_locate(uintptr_t pc, struct module_extent *extent)
{
    struct dl_find_object found;
    if (!find_object)
        return find_by_loader(pc, extent);
    if (find_object((void *)pc, &found) != 0)
        return false;
    *extent = (struct module_extent){.start = (uintptr_t)found.dlfo_map_start,
                                     .end = (uintptr_t)found.dlfo_map_end,
                                     .bias = found.dlfo_link_map->l_addr,
                                     .eh_frame_hdr = found.dlfo_eh_frame,
                                     .link_map = found.dlfo_link_map};
    return true;
}

void module_extent_widen(uintptr_t pc, struct module_extent *extent)
{
    if (!find_object ||
        (extent->link_map == main_map && take_headers(extent, pc, main_headers, main_header_count)))
        return;
    if (!take_headers_of(extent, pc, extent->start) && extent->bias != extent->start &&
        is_of(extent->link_map, extent->bias))
        take_headers_of(extent, pc, extent->bias);
}

bool module_extent_find(uintptr_t pc, struct module_extent *extent)
{
    if (!module_extent_locate(pc, extent))
        return false;
    module_extent_widen(pc, extent);
    return true;
}

uintptr_t module_extent_readable_to(const struct module_extent *extent, uintptr_t address)
{
    if (extent->header_count == 0)
        return address >= extent->start && address < extent->end ? extent->end : 0;
    for (size_t i = 0; i < extent->header_count; i++) {
        const ElfW(Phdr) *header = &extent->headers[i];
        uintptr_t from = extent->bias + header->p_vaddr;
        if (header->p_type == PT_LOAD && header->p_flags & PF_R && address >= from &&
            address - from < header->p_memsz)
            return from + header->p_memsz;
    }
    return 0;
}
