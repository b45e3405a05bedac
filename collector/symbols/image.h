/* SPDX-License-Identifier: Apache-2.0
 *
 * An ELF file in memory: mapped by us, so that its truncation under us is
 * survived, and given to libelf.
 */
#ifndef MEMPROF_COLLECTOR_SYMBOLS_IMAGE_H
#define MEMPROF_COLLECTOR_SYMBOLS_IMAGE_H

#include "collector/base/guard.h"
#include "collector/state/module.h"

#include <libelf.h>
#include <stdbool.h>
#include <stdint.h>

/* A file to read, as the collector hands it over. */
struct image_file {
    int fd;
    uint64_t device, inode, bytes;
    int64_t mtime_ns;
};

struct image {
    struct image_file file; /* its descriptor is owned */
    Elf *elf;
    void *base;
    bool is_heap; /* base is from malloc, not mapped */
    size_t bytes;
    uint64_t unpacked_bytes; /* that libelf may keep beside the file */
    struct guard guard;
    const uint8_t *build_id; /* in elf's memory */
    uint32_t build_id_length;
};

/* Takes the descriptor, in any case.  False: it is no ELF file that can be read;
 * nothing to close then. */
bool image_open(struct image *image, const struct image_file *file);
/* Over an ELF file in memory from malloc, which is taken. */
bool image_open_memory(struct image *image, void *memory, size_t bytes);
/* Whether a file is what was mapped when frames were recorded: by build id, or, when
 * it has none of some length, by device, inode, size and time. */
bool image_is_module(const struct image *image, const struct image_file *file,
                     const struct module *module);
void image_close(struct image *image); /* also of one that was zeroed and never opened */

bool image_has_build_id(const struct image *image, const uint8_t *build_id, uint32_t length);
/* zlib's checksum of the whole file; false: it cannot be read. */
bool image_checksum(const struct image *image, uint32_t *checksum);
/* Hides DWARF that says nothing about lines and inlined calls, and what would unpack
 * to too much: libdw unpacks every section it sees. */
void image_hide_sections(struct image *image);
/* Whether a section with DWARF is packed in a way that libelf cannot unpack. */
bool image_is_packed_unknown(const struct image *image);
/* A section that has contents in this file; NULL: none. */
Elf_Scn *image_section(const struct image *image, const char *name);

#endif
