/* SPDX-License-Identifier: Apache-2.0
 *
 * A call's end is known exactly, and a jump's, so an instruction is read backwards: debug
 * information has said already that it is a direct one.
 */
#include "collector/symbols/branches.h"

#include <gelf.h>
#include <stdlib.h>
#include <string.h>

#define LONGEST 6 /* bytes of an instruction that is looked at */

static bool is_stub_section(const struct image *image, const GElf_Shdr *header)
{
    size_t names;
    const char *name = elf_getshdrstrndx(image->elf, &names) == 0
                           ? elf_strptr(image->elf, names, header->sh_name)
                           : NULL;
    return !name || strncmp(name, ".plt", 4) == 0;
}

bool branches_init(struct branches *branches, const struct image *image)
{
    GElf_Ehdr elf_header;
    Elf_Scn *section = NULL;
    size_t total = 0;
    *branches = (struct branches){0};
    if (elf_getshdrnum(image->elf, &total) != 0 || !gelf_getehdr(image->elf, &elf_header) ||
        elf_header.e_machine != EM_X86_64)
        total = 0;
    branches->sections = calloc(total + 1, sizeof(*branches->sections));
    while (branches->sections && branches->count < total &&
           (section = elf_nextscn(image->elf, section)) != NULL) {
        GElf_Shdr header;
        const GElf_Xword wanted = SHF_ALLOC | SHF_EXECINSTR;
        if (!gelf_getshdr(section, &header) || (header.sh_flags & wanted) != wanted ||
            header.sh_type == SHT_NOBITS)
            continue;
        Elf_Data *data = is_stub_section(image, &header) ? NULL : elf_rawdata(section, NULL);
        uint64_t bytes = data && data->d_buf ? data->d_size : header.sh_size;
        branches->sections[branches->count++] = (struct branch_section){
            header.sh_addr, header.sh_addr + bytes, data ? data->d_buf : NULL};
    }
    return branches->sections != NULL;
}

void branches_deinit(struct branches *branches)
{
    free(branches->sections);
}

static const struct branch_section *section_of(const struct branches *branches, uint64_t address)
{
    for (uint32_t i = 0; i < branches->count; i++)
        if (address >= branches->sections[i].start && address < branches->sections[i].end)
            return &branches->sections[i];
    return NULL;
}

/* The bytes before `end`, as the last ones of `bytes`, zeroes before the section; false: they are
 * not in the file. */
static bool bytes_before(const struct branches *branches, uint64_t end,
                         uint8_t bytes[static LONGEST])
{
    const struct branch_section *section = section_of(branches, end - 1);
    if (!section || !section->bytes)
        return false;
    uint64_t offset = end - section->start, count = offset < LONGEST ? offset : LONGEST;
    memset(bytes, 0, LONGEST);
    memcpy(bytes + LONGEST - count, section->bytes + offset - count, count);
    return true;
}

/* What a distance of 32 bits at `at` leads to. */
static uint64_t far_from(uint64_t end, const uint8_t *at)
{
    int32_t distance;
    memcpy(&distance, at, sizeof(distance));
    return end + (uint64_t)(int64_t)distance;
}

uint64_t branches_called(const struct branches *branches, uint64_t end)
{
    uint8_t bytes[LONGEST];
    if (!bytes_before(branches, end, bytes) || bytes[1] != 0xe8)
        return 0;
    uint64_t target = far_from(end, bytes + 2);
    const struct branch_section *section = section_of(branches, target);
    return section && section->bytes ? target : 0;
}

/* The end of a jump from how it begins; 0: it is none that is known. */
static uint64_t end_of_jump(const struct branches *branches, uint64_t start)
{
    const struct branch_section *section = section_of(branches, start);
    uint8_t at[2] = {0, 0};
    if (!section || !section->bytes)
        return 0;
    memcpy(at, section->bytes + (start - section->start), section->end - start < 2 ? 1 : 2);
    if (at[0] == 0xe9)
        return start + 5;
    if (at[0] == 0xeb || at[0] >> 4 == 7)
        return start + 2;
    bool is_conditional = at[0] == 0x0f && at[1] >> 4 == 8,
         is_indirect = at[0] == 0xff && at[1] == 0x25;
    return is_conditional || is_indirect ? start + 6 : 0;
}

/* Adds what a jump may lead to if the bytes are read as one of its forms. */
static void consider(const struct branches *branches, uint64_t target, uint64_t found[static 2])
{
    if (section_of(branches, target) && found[0] != target)
        found[found[0] ? 1 : 0] = target;
}

uint64_t branches_jumped(const struct branches *branches, uint64_t start, uint64_t end,
                         bool *is_stub)
{
    uint8_t bytes[LONGEST];
    uint64_t found[2] = {0, 0};
    *is_stub = false;
    if (start != 0)
        end = end_of_jump(branches, start);
    if (end == 0 || !bytes_before(branches, end, bytes))
        return 0;
    uint64_t length = start != 0 ? end - start : 0; /* 0: not known, so each form is tried */
    if ((length == 0 || length == 5) && bytes[1] == 0xe9)
        consider(branches, far_from(end, bytes + 2), found);
    if ((length == 0 || length == 6) && bytes[0] == 0x0f && bytes[1] >> 4 == 8)
        consider(branches, far_from(end, bytes + 2), found);
    if ((length == 0 || length == 2) && (bytes[4] == 0xeb || bytes[4] >> 4 == 7))
        consider(branches, end + (uint64_t)(int64_t)(int8_t)bytes[5], found);
    /* What the linker made of a jump through a table that it does not need. */
    if (length == 0 && bytes[0] == 0xe9 && bytes[5] == 0x90)
        consider(branches, far_from(end - 1, bytes + 1), found);
    bool is_indirect = (length == 0 || length == 6) && bytes[0] == 0xff && bytes[1] == 0x25;
    if (found[1] != 0 || (found[0] != 0 && is_indirect))
        return 0; /* two ways to read it */
    if (found[0] == 0) {
        *is_stub = is_indirect;
        return is_indirect ? far_from(end, bytes + 2) : 0;
    }
    *is_stub = section_of(branches, found[0])->bytes == NULL;
    return found[0];
}
