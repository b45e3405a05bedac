/* SPDX-License-Identifier: Apache-2.0
 *
 * A table is gone through once and each symbol is looked up among the sorted
 * addresses: for the few addresses of a small profile that is far less work than
 * to sort the symbols of a large library.
 */
#include "collector/symbols.h"

#include <gelf.h>
#include <lzma.h>
#include <stdlib.h>
#include <string.h>

/* Symbols that cover absurdly many addresses (a broken table) are not worth the time. */
#define VISITS_PER_ADDRESS  256
#define NAME_BYTES_MAX      65536                /* longer is nobody's name */
#define UNPACKED_BYTES_MAX  ((size_t)64 << 20)   /* of the symbol table in a file ... */
#define UNPACKING_BYTES_MAX (UINT64_C(96) << 20) /* ... and for unpacking it */

struct search {
    const uint64_t *addresses;
    uint32_t count;
    struct symbol *symbols;
    uint64_t visits;
    /* Symbols without a size reach to the next symbol: by first address at or after it. */
    struct symbol *open_ended;
    uint64_t *starts; /* the last start of any symbol, likewise */
};

static uint32_t lower_bound(const struct search *search, uint64_t address)
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

static void consider(struct search *search, const GElf_Sym *symbol, const char *name)
{
    unsigned type = GELF_ST_TYPE(symbol->st_info);
    if ((type != STT_FUNC && type != STT_GNU_IFUNC && type != STT_NOTYPE) ||
        symbol->st_shndx == SHN_UNDEF || symbol->st_shndx == SHN_ABS || !name || !*name ||
        *name == '$')
        return;
    uint32_t first = lower_bound(search, symbol->st_value);
    if (first == search->count || strnlen(name, NAME_BYTES_MAX) == NAME_BYTES_MAX)
        return;
    struct symbol candidate = {name, symbol->st_value, 0};
    candidate.rank = rank_of(name, GELF_ST_BIND(symbol->st_info));
    if (symbol->st_value >= search->starts[first])
        search->starts[first] = symbol->st_value;
    if (symbol->st_size == 0 && is_better(&candidate, &search->open_ended[first]))
        search->open_ended[first] = candidate;
    for (uint32_t i = first;
         i < search->count && search->addresses[i] - symbol->st_value < symbol->st_size &&
         search->visits > 0;
         i++, search->visits--)
        if (is_better(&candidate, &search->symbols[i]))
            search->symbols[i] = candidate;
}

/* Gives symbols without a size to the addresses that nothing else covers. */
static void spread_open_ended(struct search *search)
{
    struct symbol last = {0};
    uint64_t start = 0;
    for (uint32_t i = 0; i < search->count; i++) {
        if (search->starts[i] > start)
            start = search->starts[i];
        if (search->open_ended[i].name && is_better(&search->open_ended[i], &last))
            last = search->open_ended[i];
        if (!search->symbols[i].name && last.name && last.start == start)
            search->symbols[i] = last;
    }
}

static bool search_init(struct search *search, const uint64_t *addresses, uint32_t count,
                        struct symbol *symbols)
{
    *search = (struct search){addresses, count, symbols, 0, NULL, NULL};
    search->visits = ((uint64_t)count + 4096) * VISITS_PER_ADDRESS;
    search->open_ended = calloc((size_t)count + 1, sizeof(*search->open_ended));
    search->starts = calloc((size_t)count + 1, sizeof(*search->starts));
    return search->open_ended && search->starts;
}

static void search_deinit(struct search *search)
{
    free(search->open_ended);
    free(search->starts);
}

static void search_section(struct search *search, Elf *elf, Elf_Scn *section,
                           const GElf_Shdr *header)
{
    Elf_Data *data = elf_getdata(section, NULL);
    size_t count = header->sh_entsize ? header->sh_size / header->sh_entsize : 0;
    for (size_t i = 0; data && i < count; i++) {
        GElf_Sym symbol;
        if (!gelf_getsym(data, (int)i, &symbol))
            return;
        consider(search, &symbol, elf_strptr(elf, header->sh_link, symbol.st_name));
    }
}

bool symbols_find(const struct image *image, const uint64_t *addresses, uint32_t count,
                  struct symbol *symbols)
{
    struct search search;
    bool has_memory = search_init(&search, addresses, count, symbols);
    Elf_Scn *section = NULL;
    while (has_memory && (section = elf_nextscn(image->elf, section)) != NULL) {
        GElf_Shdr header;
        if (gelf_getshdr(section, &header) &&
            (header.sh_type == SHT_SYMTAB || header.sh_type == SHT_DYNSYM))
            search_section(&search, image->elf, section, &header);
    }
    if (has_memory)
        spread_open_ended(&search);
    search_deinit(&search);
    return has_memory;
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

bool symbols_find_packed(struct image *packed, const struct image *image, const uint64_t *addresses,
                         uint32_t count, struct symbol *symbols)
{
    size_t bytes;
    Elf_Scn *section = image_section(image, ".gnu_debugdata");
    Elf_Data *data = section ? elf_rawdata(section, NULL) : NULL;
    void *unpacked = data ? unpack(data, &bytes) : NULL;
    return !unpacked || !image_open_memory(packed, unpacked, bytes) ||
           symbols_find(packed, addresses, count, symbols);
}
