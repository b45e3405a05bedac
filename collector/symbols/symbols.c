/* SPDX-License-Identifier: Apache-2.0
 *
 * A table is gone through once and each symbol is looked up among the sorted
 * addresses: for the few addresses of a small profile that is far less work than
 * to sort the symbols of a large library.
 */
#include "collector/symbols/symbols.h"

#include <gelf.h>
#include <lzma.h>
#include <stdlib.h>
#include <string.h>

/* Symbols that cover absurdly many addresses (a broken table) are not worth the time. */
#define VISITS_PER_ADDRESS  256
#define NAME_BYTES_MAX      65536                /* longer is nobody's name */
#define UNPACKED_BYTES_MAX  ((size_t)64 << 20)   /* of the symbol table in a file ... */
#define UNPACKING_BYTES_MAX (UINT64_C(96) << 20) /* ... and for unpacking it */

static uint32_t lower_bound(const struct symbol_search *search, uint64_t address)
{
    uint32_t low = 0, high = search->count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (search->addresses[middle] < address)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* Of the names of one function: those people use have no leading underscores, are
 * global, and short. */
static unsigned rank_of(const char *name, unsigned char bind)
{
    unsigned underscores = 0;
    if (strncmp(name, "_Z", 2) != 0 && strncmp(name, "_R", 2) != 0)
        underscores = (unsigned)strspn(name, "_");
    size_t length = strnlen(name, 16383);
    return (underscores < 7 ? 7 - underscores : 0) << 16 |
           (bind == STB_GLOBAL ? 2u
            : bind == STB_WEAK ? 1u
                               : 0u)
               << 14 |
           (16383 - (unsigned)length);
}

static bool is_better(const struct symbol *candidate, const struct symbol *than)
{
    if (!than->name || candidate->start != than->start)
        return !than->name || candidate->start > than->start;
    if (candidate->rank != than->rank)
        return candidate->rank > than->rank;
    return strcmp(candidate->name, than->name) < 0;
}

/* The symbols that mark code and data in ARM's and RISC-V's functions; not those of a
 * language that likes dollars. */
static bool is_mapping_symbol(unsigned machine, const char *name)
{
    if (name[0] != '$' || name[1] == '\0')
        return false;
    bool is_plain = name[2] == '\0' || name[2] == '.';
    switch (machine) {
    case EM_ARM:
        return is_plain && strchr("adt", name[1]);
    case EM_AARCH64:
        return is_plain && strchr("dx", name[1]);
    case EM_RISCV:
        return (is_plain && strchr("dx", name[1])) || strncmp(name, "$xrv", 4) == 0;
    default:
        return false;
    }
}

/* One symbol table, while it is gone through. */
struct table {
    Elf *elf;
    Elf_Data *symbols, *long_indexes;
    GElf_Word names;
    unsigned machine;
};

/* Where the symbol's section ends; 0: the symbol does not lie in it. */
static uint64_t section_end(const struct table *table, const GElf_Sym *symbol, GElf_Word index)
{
    GElf_Shdr header;
    if (symbol->st_shndx != SHN_XINDEX)
        index = symbol->st_shndx;
    if (!gelf_getshdr(elf_getscn(table->elf, index), &header) ||
        symbol->st_value - header.sh_addr >= header.sh_size)
        return 0;
    return header.sh_addr + header.sh_size;
}

static bool is_function(const GElf_Sym *symbol, const char *name)
{
    unsigned type = GELF_ST_TYPE(symbol->st_info);
    return (type == STT_FUNC || type == STT_GNU_IFUNC || type == STT_NOTYPE) && name && *name &&
           strnlen(name, NAME_BYTES_MAX) < NAME_BYTES_MAX;
}

/* Whether the symbol stands for something at its address, where what was before it ends. */
static bool has_place(const struct table *table, const GElf_Sym *symbol, const char *name)
{
    unsigned type = GELF_ST_TYPE(symbol->st_info);
    return symbol->st_shndx != SHN_UNDEF && symbol->st_shndx != SHN_ABS &&
           symbol->st_shndx != SHN_COMMON && type != STT_TLS && type != STT_SECTION &&
           type != STT_FILE && !(name && is_mapping_symbol(table->machine, name));
}

static void consider(struct symbol_search *search, const struct table *table, size_t index)
{
    GElf_Sym symbol;
    GElf_Word long_index = 0;
    if (!gelf_getsymshndx(table->symbols, table->long_indexes, (int)index, &symbol, &long_index))
        return;
    const char *name = elf_strptr(table->elf, table->names, symbol.st_name);
    if (!has_place(table, &symbol, name))
        return;
    uint32_t first = lower_bound(search, symbol.st_value);
    if (first == search->count)
        return;
    if (symbol.st_value >= search->starts[first])
        search->starts[first] = symbol.st_value;
    if (!is_function(&symbol, name))
        return;
    struct symbol candidate = {.name = name, .start = symbol.st_value};
    candidate.rank = rank_of(name, GELF_ST_BIND(symbol.st_info));
    candidate.is_global = GELF_ST_BIND(symbol.st_info) != STB_LOCAL;
    if (symbol.st_size == 0 && is_better(&candidate, &search->open_ended[first].symbol)) {
        uint64_t end = section_end(table, &symbol, long_index);
        if (end != 0)
            search->open_ended[first] = (struct open_symbol){candidate, end};
    }
    for (uint32_t i = first;
         i < search->count && search->addresses[i] - symbol.st_value < symbol.st_size &&
         search->visits > 0;
         i++, search->visits--)
        if (is_better(&candidate, &search->symbols[i]))
            search->symbols[i] = candidate;
}

/* Gives symbols without a size to the addresses that nothing else covers: up to the next
 * symbol or function, and not beyond their section. */
void symbol_search_end(struct symbol_search *search, const uint64_t *function_starts)
{
    struct open_symbol last = {0};
    uint64_t start = 0;
    for (uint32_t i = 0; i < search->count; i++) {
        if (search->starts[i] > start)
            start = search->starts[i];
        if (search->open_ended[i].symbol.name &&
            is_better(&search->open_ended[i].symbol, &last.symbol))
            last = search->open_ended[i];
        if (!search->symbols[i].name && last.symbol.name && last.symbol.start == start &&
            search->addresses[i] < last.end && last.symbol.start >= function_starts[i])
            search->symbols[i] = last.symbol;
    }
    free(search->open_ended);
    free(search->starts);
}

bool symbol_search_begin(struct symbol_search *search, const uint64_t *addresses, uint32_t count,
                         struct symbol *symbols)
{
    *search = (struct symbol_search){.addresses = addresses, .count = count, .symbols = symbols};
    search->visits = ((uint64_t)count + 4096) * VISITS_PER_ADDRESS;
    search->open_ended = calloc((size_t)count + 1, sizeof(*search->open_ended));
    search->starts = calloc((size_t)count + 1, sizeof(*search->starts));
    return search->open_ended && search->starts;
}

/* The section numbers of a table's symbols that have no room in them; NULL: none. */
static Elf_Data *long_indexes_of(Elf *elf, Elf_Scn *table)
{
    Elf_Scn *section = NULL;
    while ((section = elf_nextscn(elf, section)) != NULL) {
        GElf_Shdr header;
        if (gelf_getshdr(section, &header) && header.sh_type == SHT_SYMTAB_SHNDX &&
            header.sh_link == elf_ndxscn(table))
            return elf_getdata(section, NULL);
    }
    return NULL;
}

void symbol_search_add(struct symbol_search *search, const struct image *image)
{
    Elf_Scn *section = NULL;
    GElf_Ehdr elf_header;
    unsigned machine = gelf_getehdr(image->elf, &elf_header) ? elf_header.e_machine : EM_NONE;
    while ((section = elf_nextscn(image->elf, section)) != NULL) {
        GElf_Shdr header;
        if (!gelf_getshdr(section, &header) ||
            (header.sh_type != SHT_SYMTAB && header.sh_type != SHT_DYNSYM))
            continue;
        struct table table = {image->elf, elf_getdata(section, NULL),
                              long_indexes_of(image->elf, section), header.sh_link, machine};
        size_t count = header.sh_entsize ? header.sh_size / header.sh_entsize : 0;
        if (table.symbols &&
            count > table.symbols->d_size / gelf_fsize(image->elf, ELF_T_SYM, 1, EV_CURRENT))
            count = table.symbols->d_size / gelf_fsize(image->elf, ELF_T_SYM, 1, EV_CURRENT);
        for (size_t i = 0; table.symbols && i < count; i++)
            consider(search, &table, i);
    }
}

/* --- .gnu_debugdata --- */

/* An .xz file in memory; NULL: damaged, too large, or no memory. */
static void *unpack(const Elf_Data *packed, size_t *bytes)
{
    lzma_stream stream = LZMA_STREAM_INIT;
    unsigned char *out = NULL;
    size_t capacity = 0;
    lzma_ret status = lzma_stream_decoder(&stream, UNPACKING_BYTES_MAX, 0);
    stream.next_in = packed->d_buf;
    stream.avail_in = packed->d_size;
    while (status == LZMA_OK && capacity < UNPACKED_BYTES_MAX) {
        size_t larger = capacity ? capacity * 2 : 65536;
        unsigned char *moved = realloc(out, larger);
        if (!moved)
            break;
        out = moved;
        stream.next_out = out + stream.total_out;
        stream.avail_out = larger - stream.total_out;
        capacity = larger;
        while (status == LZMA_OK && stream.avail_out > 0)
            status = lzma_code(&stream, LZMA_FINISH);
    }
    *bytes = stream.total_out;
    lzma_end(&stream);
    if (status == LZMA_STREAM_END)
        return out;
    free(out);
    return NULL;
}

void symbol_search_add_packed(struct symbol_search *search, struct image *packed,
                              const struct image *image)
{
    size_t bytes;
    Elf_Scn *section = image_section(image, ".gnu_debugdata");
    Elf_Data *data = section ? elf_rawdata(section, NULL) : NULL;
    void *unpacked = data ? unpack(data, &bytes) : NULL;
    if (unpacked && image_open_memory(packed, unpacked, bytes))
        symbol_search_add(search, packed);
}
