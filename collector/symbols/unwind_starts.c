/* SPDX-License-Identifier: Apache-2.0
 *
 * .eh_frame_hdr has a table of functions, sorted by address, which linkers write in one
 * form.  How far a function reaches is in its FDE, to which the table points.
 */
#include "collector/symbols/unwind_starts.h"

#include <dwarf.h>
#include <gelf.h>
#include <string.h>

/* Bytes of the file from `at` on; reading past `end` fails for good. */
struct bytes {
    const uint8_t *at, *end;
    bool is_bad;
};

struct unwind_table {
    const struct image *image;
    uint64_t start;         /* address of .eh_frame_hdr */
    const uint8_t *entries; /* pairs of 32-bit offsets from it: function, FDE */
    uint64_t count;
};

static uint64_t take(struct bytes *bytes, size_t count)
{
    uint64_t value = 0;
    if (bytes->is_bad || (size_t)(bytes->end - bytes->at) < count) {
        bytes->is_bad = true;
        return 0;
    }
    memcpy(&value, bytes->at, count);
    bytes->at += count;
    return value;
}

static void skip_leb128(struct bytes *bytes)
{
    while (take(bytes, 1) & 0x80)
        ;
}

/* Bytes of a pointer in an encoding; 0: of a kind that is not expected here. */
static size_t pointer_bytes(unsigned encoding)
{
    switch (encoding & 0x0f) {
    case DW_EH_PE_absptr:
    case DW_EH_PE_udata8:
    case DW_EH_PE_sdata8:
        return 8;
    case DW_EH_PE_udata4:
    case DW_EH_PE_sdata4:
        return 4;
    case DW_EH_PE_udata2:
    case DW_EH_PE_sdata2:
        return 2;
    default:
        return 0;
    }
}

/* The contents of a loaded segment from an address on. */
static struct bytes bytes_at(const struct image *image, uint64_t address)
{
    struct bytes none = {NULL, NULL, true};
    size_t count;
    if (elf_getphdrnum(image->elf, &count) != 0)
        return none;
    for (size_t i = 0; i < count; i++) {
        GElf_Phdr header;
        if (!gelf_getphdr(image->elf, (int)i, &header) || header.p_type != PT_LOAD ||
            address - header.p_vaddr >= header.p_filesz || header.p_offset > image->bytes ||
            header.p_filesz > image->bytes - header.p_offset)
            continue;
        const uint8_t *base = (const uint8_t *)image->base + header.p_offset;
        return (struct bytes){base + (address - header.p_vaddr), base + header.p_filesz, false};
    }
    return none;
}

static bool find_table(const struct image *image, struct unwind_table *table)
{
    size_t count;
    *table = (struct unwind_table){.image = image};
    if (elf_getphdrnum(image->elf, &count) != 0)
        return false;
    for (size_t i = 0; i < count; i++) {
        GElf_Phdr header;
        if (gelf_getphdr(image->elf, (int)i, &header) && header.p_type == PT_GNU_EH_FRAME)
            table->start = header.p_vaddr;
    }
    struct bytes bytes = bytes_at(image, table->start);
    uint64_t version = take(&bytes, 1), frame = take(&bytes, 1), counted = take(&bytes, 1),
             form = take(&bytes, 1);
    if (table->start == 0 || version != 1 || counted == DW_EH_PE_omit ||
        form != (DW_EH_PE_datarel | DW_EH_PE_sdata4))
        return false;
    take(&bytes, pointer_bytes((unsigned)frame));
    table->count = take(&bytes, pointer_bytes((unsigned)counted));
    table->entries = bytes.at;
    return !bytes.is_bad && table->count <= (uint64_t)(bytes.end - bytes.at) / 8;
}

/* An address in the table, by the number of its half. */
static uint64_t address_in(const struct unwind_table *table, uint64_t half)
{
    int32_t offset;
    memcpy(&offset, table->entries + half * 4, sizeof(offset));
    return table->start + (uint64_t)(int64_t)offset;
}

/* How an FDE's addresses are encoded, as its CIE says. */
static unsigned encoding_of(const struct image *image, uint64_t cie)
{
    struct bytes bytes = bytes_at(image, cie);
    take(&bytes, 8); /* length and id */
    uint64_t version = take(&bytes, 1);
    const char *augmentation = (const char *)bytes.at;
    while (take(&bytes, 1) != 0)
        ;
    skip_leb128(&bytes);
    skip_leb128(&bytes);
    if (version == 1)
        take(&bytes, 1);
    else
        skip_leb128(&bytes);
    if (bytes.is_bad || augmentation[0] != 'z')
        return DW_EH_PE_absptr;
    skip_leb128(&bytes);
    for (const char *letter = augmentation + 1; *letter; letter++) {
        if (*letter == 'R')
            return (unsigned)take(&bytes, 1);
        if (*letter == 'L')
            take(&bytes, 1);
        else if (*letter == 'P')
            take(&bytes, pointer_bytes((unsigned)take(&bytes, 1)));
    }
    return DW_EH_PE_absptr;
}

/* How many bytes of code an FDE is about; 0: it makes no sense. */
static uint64_t range_of(const struct image *image, uint64_t fde)
{
    struct bytes bytes = bytes_at(image, fde);
    uint64_t length = take(&bytes, 4), back = take(&bytes, 4);
    if (length == 0 || length == UINT32_MAX)
        return 0;
    size_t size = pointer_bytes(encoding_of(image, fde + 4 - back));
    take(&bytes, size);
    uint64_t range = take(&bytes, size);
    return bytes.is_bad ? 0 : range;
}

void unwind_starts_find(const struct image *image, const uint64_t *addresses, uint32_t count,
                        uint64_t *starts)
{
    struct unwind_table table;
    bool is_there = find_table(image, &table);
    for (uint32_t i = 0; i < count; i++) {
        uint64_t low = 0, high = is_there ? table.count : 0;
        while (low < high) { /* for the first function after the address */
            uint64_t middle = low + (high - low) / 2;
            if (address_in(&table, middle * 2) <= addresses[i])
                low = middle + 1;
            else
                high = middle;
        }
        uint64_t start = low > 0 ? address_in(&table, (low - 1) * 2) : 0;
        starts[i] =
            low > 0 && addresses[i] - start < range_of(image, address_in(&table, low * 2 - 1))
                ? start
                : 0;
    }
}
