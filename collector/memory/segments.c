/* SPDX-License-Identifier: Apache-2.0
 *
 * The ELF header and the program headers are copied and bounded; nothing else of the file is read.
 */
#include "collector/memory/segments.h"

#include <elf.h>
#include <fcntl.h>
#include <link.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define HEADERS_MAX 64

struct source {
    const struct target *target;
    int fd; /* of the file; -1: its copy in the process, from `start` on */
    uint64_t start;
};

static bool read_at(const struct source *source, uint64_t offset, void *to, size_t bytes)
{
    if (source->fd >= 0)
        return pread(source->fd, to, bytes, (off_t)offset) == (ssize_t)bytes;
    return target_read(source->target, source->start + offset, to, bytes);
}

int segments_open_file(const struct process_root *root, const struct smaps_mapping *mapping)
{
    struct stat status;
    int fd = root->is_foreign ? open_regular_in_root(root, mapping->name, 0, &status)
                              : open_regular(mapping->name, 0, &status);
    /* Some file systems show another device in maps than stat does. */
    if (fd >= 0 && status.st_ino != mapping->inode) {
        close(fd);
        fd = -1;
    }
    return fd;
}

static uint64_t down(uint64_t address, uint64_t page)
{
    return address & ~(page - 1);
}

static void append(struct segments *segments, uint64_t start, uint64_t end, enum segment_kind kind)
{
    if (segments->count > 0 && start < segments->items[segments->count - 1].end)
        start = segments->items[segments->count - 1].end;
    if (start < end && segments->count < SEGMENTS_MAX)
        segments->items[segments->count++] = (struct segment){start, end, kind};
}

static void append_header(struct segments *segments, const ElfW(Phdr) * header, uint64_t page)
{
    uint64_t start = segments->bias + header->p_vaddr;
    uint64_t file_end = down(start + header->p_filesz + page - 1, page);
    uint64_t end = down(start + header->p_memsz + page - 1, page);
    enum segment_kind kind = header->p_flags & PF_W   ? SEGMENT_DATA
                             : header->p_flags & PF_X ? SEGMENT_TEXT
                                                      : SEGMENT_RODATA;
    append(segments, down(start, page), file_end, kind);
    append(segments, file_end, end, header->p_flags & PF_W ? SEGMENT_BSS : kind);
}

/* The headers of segments that are loaded, by address, as ELF wants them to be. */
static unsigned read_headers(const struct source *source, ElfW(Phdr) headers[HEADERS_MAX])
{
    ElfW(Ehdr) elf;
    unsigned count = 0;
    if (!read_at(source, 0, &elf, sizeof(elf)) || memcmp(elf.e_ident, ELFMAG, SELFMAG) != 0 ||
        elf.e_ident[EI_CLASS] != (sizeof(void *) == 8 ? ELFCLASS64 : ELFCLASS32) ||
        elf.e_phentsize != sizeof(*headers) || elf.e_phoff > UINT32_MAX)
        return 0;
    for (unsigned i = 0; i < elf.e_phnum && count < HEADERS_MAX; i++) {
        ElfW(Phdr) *header = &headers[count];
        if (!read_at(source, elf.e_phoff + i * sizeof(*header), header, sizeof(*header)))
            return 0;
        if (header->p_type == PT_LOAD && header->p_memsz > 0 &&
            header->p_filesz <= header->p_memsz && header->p_memsz < UINT64_C(1) << 47 &&
            header->p_vaddr < UINT64_C(1) << 57 &&
            (count == 0 || header->p_vaddr >= headers[count - 1].p_vaddr))
            count++;
    }
    return count;
}

static bool find(struct segments *segments, const struct source *source)
{
    ElfW(Phdr) headers[HEADERS_MAX];
    unsigned count = read_headers(source, headers);
    uint64_t page = source->target->page_bytes;
    segments->count = 0;
    if (count == 0 || down(headers[0].p_offset, page) != 0)
        return false;
    segments->bias = source->start - down(headers[0].p_vaddr, page);
    for (unsigned i = 0; i < count; i++)
        append_header(segments, &headers[i], page);
    return segments->count > 0;
}

bool segments_find(struct segments *segments, const struct target *target,
                   const struct process_root *root, const struct smaps_mapping *first)
{
    struct source source = {
        .target = target, .fd = segments_open_file(root, first), .start = first->start};
    bool is_found = source.fd >= 0 && find(segments, &source);
    if (source.fd >= 0)
        close(source.fd);
    source.fd = -1;
    return is_found || find(segments, &source);
}
