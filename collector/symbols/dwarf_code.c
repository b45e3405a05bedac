/* SPDX-License-Identifier: Apache-2.0
 *
 * A line table is a program; the instruction that sets an address begins the rows of one
 * section.  It is changed in our private copy of the page, or in what libelf unpacked.
 */
#include "collector/symbols/dwarf_code.h"

#include <dwarf.h>
#include <gelf.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define ELSEWHERE UINT64_C(0xffffffff00000000) /* 4 GiB below the end, so that nothing wraps */

bool dwarf_code_init(struct dwarf_code *code, const struct image *image)
{
    Elf_Scn *section = NULL;
    size_t total = 0;
    *code = (struct dwarf_code){0};
    if (elf_getshdrnum(image->elf, &total) != 0)
        total = 0;
    code->sections = calloc(total + 1, sizeof(*code->sections));
    while (code->sections && code->count < total &&
           (section = elf_nextscn(image->elf, section)) != NULL) {
        GElf_Shdr header;
        const GElf_Xword wanted = SHF_ALLOC | SHF_EXECINSTR;
        if (!gelf_getshdr(section, &header) || (header.sh_flags & wanted) != wanted)
            continue;
        code->sections[code->count].start = header.sh_addr;
        code->sections[code->count++].end = header.sh_addr + header.sh_size;
    }
    return code->sections != NULL;
}

void dwarf_code_deinit(struct dwarf_code *code)
{
    free(code->sections);
}

bool dwarf_code_is_kept(const struct dwarf_code *code, uint64_t start)
{
    for (uint32_t i = 0; i < code->count; i++)
        if (start >= code->sections[i].start && start < code->sections[i].end)
            return true;
    return code->count == 0; /* it cannot be told */
}

/* --- line tables --- */

struct program {
    uint8_t *at, *end;
    bool is_bad;
    const struct dwarf_code *code;
    const struct image *image;
};

static uint64_t take(struct program *program, size_t count)
{
    uint64_t value = 0;
    if (program->is_bad || (size_t)(program->end - program->at) < count) {
        program->is_bad = true;
        return 0;
    }
    memcpy(&value, program->at, count < sizeof(value) ? count : sizeof(value));
    program->at += count;
    return value;
}

static uint64_t take_uleb128(struct program *program)
{
    uint64_t value = 0, byte = 0x80;
    for (unsigned shift = 0; (byte & 0x80) && !program->is_bad; shift += 7) {
        byte = take(program, 1);
        if (shift < 64)
            value |= (byte & 0x7f) << shift;
    }
    return value;
}

/* The file is mapped for reading; what is written stays ours. */
static void overwrite(const struct program *program, uint8_t *at, uint64_t value, size_t count)
{
    uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE);
    uintptr_t start = (uintptr_t)at & ~(page - 1);
    uintptr_t base = (uintptr_t)program->image->base;
    bool is_mapped = !program->image->is_heap && (uintptr_t)at >= base &&
                     (uintptr_t)at < base + program->image->bytes;
    if (is_mapped &&
        mprotect((void *)start, (uintptr_t)at + count - start, PROT_READ | PROT_WRITE) != 0)
        return;
    memcpy(at, &value, count);
}

/* An instruction of several bytes, after its zero. */
static void take_extended(struct program *program)
{
    uint64_t length = take_uleb128(program);
    uint8_t *operand = program->at + 1;
    if (program->is_bad || length == 0 || length > (uint64_t)(program->end - program->at)) {
        program->is_bad = true;
        return;
    }
    uint8_t operation = (uint8_t)take(program, 1);
    size_t bytes = (size_t)length - 1;
    uint64_t address = take(program, bytes);
    if (operation == DW_LNE_set_address && (bytes == 8 || bytes == 4) &&
        !dwarf_code_is_kept(program->code, address))
        overwrite(program, operand, bytes == 8 ? ELSEWHERE : ELSEWHERE >> 32 & 0xf0000000, bytes);
}

static void run(struct program *program, struct dwarf_steps *steps)
{
    size_t offset_bytes = 4;
    uint64_t length = take(program, 4);
    if (length == UINT32_MAX) {
        offset_bytes = 8;
        length = take(program, 8);
    }
    if (program->is_bad || length > (uint64_t)(program->end - program->at))
        return;
    program->end = program->at + length;
    uint64_t version = take(program, 2);
    if (version < 2 || version > 5)
        return;
    if (version == 5)
        take(program, 2); /* sizes of an address and of a segment */
    uint64_t header_bytes = take(program, offset_bytes);
    if (program->is_bad || header_bytes > (uint64_t)(program->end - program->at))
        return;
    uint8_t *begin = program->at + header_bytes;
    take(program, version >= 4 ? 5 : 4);
    uint64_t special = take(program, 1);
    const uint8_t *operands = program->at;
    take(program, special ? special - 1 : 0);
    program->at = begin;
    while (!program->is_bad && program->at < program->end && dwarf_step(steps)) {
        uint64_t operation = take(program, 1);
        if (operation == 0)
            take_extended(program);
        else if (operation >= special)
            continue;
        else if (operation == DW_LNS_fixed_advance_pc)
            take(program, 2);
        else
            for (unsigned i = operands[operation - 1]; i > 0; i--)
                take_uleb128(program);
    }
}

void dwarf_code_move_lines(const struct dwarf_code *code, const struct image *image,
                           Dwarf_Die *unit, struct dwarf_steps *steps)
{
    const unsigned native = __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__ ? ELFDATA2LSB : ELFDATA2MSB;
    Dwarf_Attribute attribute;
    Dwarf_Word offset;
    GElf_Ehdr header;
    Elf_Scn *section = image_section(image, ".debug_line");
    if (!section)
        section = image_section(image, ".zdebug_line");
    Elf_Data *data = section ? elf_rawdata(section, NULL) : NULL;
    if (!data || !data->d_buf || !gelf_getehdr(image->elf, &header) ||
        header.e_ident[EI_DATA] != native ||
        dwarf_formudata(dwarf_attr(unit, DW_AT_stmt_list, &attribute), &offset) != 0 ||
        offset >= data->d_size)
        return;
    struct program program = {.at = (uint8_t *)data->d_buf + offset,
                              .end = (uint8_t *)data->d_buf + data->d_size,
                              .code = code,
                              .image = image};
    run(&program, steps);
}
