/* SPDX-License-Identifier: Apache-2.0
 *
 * An ELF file in memory: mapped by us, so that its truncation under us is
 * survived, and given to libelf.
 */
#ifndef MEMPROF_COLLECTOR_IMAGE_H
#define MEMPROF_COLLECTOR_IMAGE_H

#include "collector/guard.h"
#include "collector/module.h"

#include <libelf.h>
#include <stdbool.h>
#include <stdint.h>

struct image {
    char *path;
    Elf *elf;
    void *base;
    size_t bytes;
    struct guard guard;
    const uint8_t *build_id; /* in elf's memory */
    uint32_t build_id_length;
};

/* False: there is no ELF file that can be read; nothing to close then. */
bool image_open(struct image *image, const char *path);
/* The file that was mapped when frames were recorded: found by its path, in the
 * root directory of process `root_pid` too (0: none), and recognised by its build
 * id, or, when it has none, by inode, size and time. */
bool image_open_module(struct image *image, const struct module *module, int root_pid);
void image_close(struct image *image); /* also of one that was zeroed and never opened */

bool image_has_build_id(const struct image *image, const uint8_t *build_id, uint32_t length);
/* Hides DWARF that says nothing about lines and inlined calls: libdw unpacks every
 * section it sees. */
void image_hide_idle_sections(struct image *image);
/* A section that has contents in this file; NULL: none. */
Elf_Scn *image_section(const struct image *image, const char *name);

#endif
