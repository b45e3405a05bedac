/* SPDX-License-Identifier: Apache-2.0
 *
 * The file is mapped for reading; only the pages of its section headers are
 * writable, in private, since libelf notes there that it unpacked a section.  So a
 * limit on our own memory is one on what is unpacked, whatever the file's size.
 */
#include "collector/symbols/image.h"

#include <elfutils/libdwelf.h>
#include <errno.h>
#include <gelf.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include <zlib.h>

#define UNPACKED_BYTES (UINT64_C(64) << 20) /* of one file's sections, together ... */
#define UNPACKED_RATIO 8                    /* ... and as often the file's size */
#define CHECKED_BYTES  65536                /* read at a time */

/* --- opening --- */

/* The header table as the file's first bytes say; libelf does not write elsewhere. */
static void unlock_headers(const struct image *image)
{
    const unsigned char *ident = image->base;
    uint64_t offset, bytes, page = (uint64_t)sysconf(_SC_PAGESIZE);
    if (image->bytes < sizeof(Elf64_Ehdr))
        return;
    if (ident[EI_CLASS] == ELFCLASS64) {
        const Elf64_Ehdr *header = image->base;
        offset = header->e_shoff;
        bytes = (uint64_t)header->e_shnum * sizeof(Elf64_Shdr);
        if (header->e_shnum == 0 && offset <= image->bytes - sizeof(Elf64_Shdr)) {
            Elf64_Shdr first; /* more than 65279 sections: their number is in the first */
            memcpy(&first, (const char *)image->base + offset, sizeof(first));
            bytes =
                first.sh_size < image->bytes / sizeof(first) ? first.sh_size * sizeof(first) : 0;
        }
    } else {
        const Elf32_Ehdr *header = image->base;
        offset = header->e_shoff;
        bytes = (uint64_t)header->e_shnum * sizeof(Elf32_Shdr);
    }
    if (offset >= image->bytes || bytes > image->bytes - offset)
        return;
    uint64_t start = offset & ~(page - 1), end = (offset + bytes + page - 1) & ~(page - 1);
    mprotect((char *)image->base + start, end - start, PROT_READ | PROT_WRITE);
}

/* libelf refuses a note that is not padded, as linkers write it for a build id of one to three
 * bytes. */
static void find_short_build_id(struct image *image)
{
    Elf_Scn *section = NULL;
    while ((section = elf_nextscn(image->elf, section)) != NULL) {
        GElf_Shdr header;
        GElf_Nhdr note;
        if (!gelf_getshdr(section, &header) || header.sh_type != SHT_NOTE ||
            header.sh_size < sizeof(note) + 4 || header.sh_offset > image->bytes ||
            header.sh_size > image->bytes - header.sh_offset)
            continue;
        const uint8_t *bytes = (const uint8_t *)image->base + header.sh_offset;
        memcpy(&note, bytes, sizeof(note));
        if (note.n_type != NT_GNU_BUILD_ID || note.n_namesz != 4 ||
            memcmp(bytes + sizeof(note), "GNU", 4) != 0 || note.n_descsz == 0 ||
            note.n_descsz > header.sh_size - sizeof(note) - 4)
            continue;
        image->build_id = bytes + sizeof(note) + 4;
        image->build_id_length = note.n_descsz;
        return;
    }
}

static bool open_elf(struct image *image)
{
    elf_version(EV_CURRENT);
    image->elf = elf_memory(image->base, image->bytes);
    if (!image->elf || elf_kind(image->elf) != ELF_K_ELF)
        return false;
    image_hide_sections(image);
    const void *build_id;
    ssize_t length = dwelf_elf_gnu_build_id(image->elf, &build_id);
    if (length > 0) {
        image->build_id = build_id;
        image->build_id_length = (uint32_t)length;
    } else {
        find_short_build_id(image);
    }
    return true;
}

bool image_open(struct image *image, const struct image_file *file)
{
    *image = (struct image){.file = *file, .bytes = (size_t)file->bytes};
    if (image->bytes == 0) {
        close(file->fd);
        return false;
    }
    void *base = mmap(NULL, image->bytes, PROT_READ, MAP_PRIVATE, file->fd, 0);
    if (base != MAP_FAILED) {
        image->base = base;
        guard_begin(&image->guard, base, image->bytes);
        unlock_headers(image);
        if (open_elf(image))
            return true;
    }
    image_close(image);
    return false;
}

bool image_open_memory(struct image *image, void *memory, size_t bytes)
{
    *image = (struct image){.file = {.fd = -1}, .base = memory, .bytes = bytes, .is_heap = true};
    if (open_elf(image))
        return true;
    image_close(image);
    return false;
}

void image_close(struct image *image)
{
    if (image->elf)
        elf_end(image->elf);
    if (image->is_heap) {
        free(image->base);
    } else if (image->base) {
        guard_end(&image->guard);
        munmap(image->base, image->bytes);
    }
    if (image->bytes > 0 && image->file.fd >= 0)
        close(image->file.fd);
    memset(image, 0, sizeof(*image));
}

/* --- is it the one? --- */

bool image_has_build_id(const struct image *image, const uint8_t *build_id, uint32_t length)
{
    return length > 0 && image->build_id_length == length &&
           memcmp(image->build_id, build_id, length) == 0;
}

bool image_is_module(const struct image *image, const struct image_file *file,
                     const struct module *module)
{
    if (module->build_id_length > 0 &&
        !image_has_build_id(image, module->build_id, module->build_id_length))
        return false;
    if (module->build_id_length >= MODULE_BUILD_ID_SURE)
        return true;
    return module->inode != 0 && module->inode == file->inode && module->device == file->device &&
           module->file_bytes == file->bytes && module->mtime_ns == file->mtime_ns;
}

/* By read(), not through the mapping: a hole of a tmpfs file that is mapped is filled. */
bool image_checksum(const struct image *image, uint32_t *checksum)
{
    unsigned char *buffer = malloc(CHECKED_BYTES);
    uint64_t at = 0;
    uLong sum = crc32(0, NULL, 0);
    while (buffer && at < image->bytes) {
        ssize_t got = pread(image->file.fd, buffer, CHECKED_BYTES, (off_t)at);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            break;
        sum = crc32(sum, buffer, (uInt)got);
        at += (uint64_t)got;
    }
    free(buffer);
    *checksum = (uint32_t)sum;
    return at == image->bytes;
}

/* --- sections --- */

static const char *section_name(const struct image *image, const GElf_Shdr *header)
{
    size_t names;
    if (elf_getshdrstrndx(image->elf, &names) != 0)
        return "";
    const char *name = elf_strptr(image->elf, names, header->sh_name);
    return name ? name : "";
}

static bool is_idle(const char *name)
{
    static const char *const idle[] = {".debug_loclists", ".debug_loc",      ".debug_macro",
                                       ".debug_frame",    ".debug_pubnames", ".debug_pubtypes"};
    for (size_t i = 0; i < sizeof(idle) / sizeof(idle[0]); i++)
        if (strcmp(name, idle[i]) == 0)
            return true;
    return false;
}

/* What a section unpacks to, as it says; 0: it is not packed.  UINT64_MAX: nonsense. */
static uint64_t unpacked_bytes(const struct image *image, Elf_Scn *section, const GElf_Shdr *header)
{
    GElf_Chdr packed;
    if (header->sh_flags & SHF_COMPRESSED)
        return gelf_getchdr(section, &packed) ? packed.ch_size : UINT64_MAX;
    if (strncmp(section_name(image, header), ".zdebug", 7) != 0)
        return 0;
    const unsigned char *start = (const unsigned char *)image->base + header->sh_offset;
    uint64_t bytes = 0;
    if (header->sh_size < 12 || header->sh_offset > image->bytes ||
        header->sh_size > image->bytes - header->sh_offset || memcmp(start, "ZLIB", 4) != 0)
        return UINT64_MAX;
    for (int i = 4; i < 12; i++)
        bytes = bytes << 8 | start[i];
    return bytes;
}

static void hide(Elf_Scn *section, GElf_Shdr *header)
{
    header->sh_type = SHT_NOBITS;
    header->sh_flags &= ~(GElf_Xword)SHF_COMPRESSED;
    gelf_update_shdr(section, header);
}

/* Hides packed sections that unpack to more than is left of the budget. */
static void hide_packed(struct image *image, bool is_flagged, uint64_t *budget)
{
    Elf_Scn *section = NULL;
    while ((section = elf_nextscn(image->elf, section)) != NULL) {
        GElf_Shdr header;
        if (!gelf_getshdr(section, &header) || header.sh_type == SHT_NOBITS ||
            is_flagged != ((header.sh_flags & SHF_COMPRESSED) != 0))
            continue;
        uint64_t bytes = unpacked_bytes(image, section, &header);
        if (bytes > *budget)
            hide(section, &header);
        else
            *budget -= bytes;
    }
}

void image_hide_sections(struct image *image)
{
    uint64_t budget = UNPACKED_BYTES + image->bytes * UNPACKED_RATIO;
    /* By their flag first: names may lie in a section that is packed. */
    hide_packed(image, true, &budget);
    hide_packed(image, false, &budget);
    image->unpacked_bytes = UNPACKED_BYTES + image->bytes * UNPACKED_RATIO - budget;
    Elf_Scn *section = NULL;
    while ((section = elf_nextscn(image->elf, section)) != NULL) {
        GElf_Shdr header;
        if (gelf_getshdr(section, &header) && header.sh_type != SHT_NOBITS &&
            is_idle(section_name(image, &header)))
            hide(section, &header);
    }
}

bool image_is_packed_unknown(const struct image *image)
{
    Elf_Scn *section = NULL;
    while ((section = elf_nextscn(image->elf, section)) != NULL) {
        GElf_Shdr header;
        GElf_Chdr packed;
        if (gelf_getshdr(section, &header) && (header.sh_flags & SHF_COMPRESSED) &&
            strncmp(section_name(image, &header), ".debug_", 7) == 0 &&
            gelf_getchdr(section, &packed) && packed.ch_type != ELFCOMPRESS_ZLIB &&
            elf_compress(section, 0, 0) < 0)
            return true;
    }
    return false;
}

Elf_Scn *image_section(const struct image *image, const char *name)
{
    Elf_Scn *section = NULL;
    while ((section = elf_nextscn(image->elf, section)) != NULL) {
        GElf_Shdr header;
        if (gelf_getshdr(section, &header) && header.sh_type != SHT_NOBITS &&
            strcmp(section_name(image, &header), name) == 0)
            return section;
    }
    return NULL;
}
