/* SPDX-License-Identifier: Apache-2.0
 *
 * Only regular files are opened, and without waiting: the path comes from a
 * state, which may say anything.
 */
#include "collector/image.h"

#include <elfutils/libdwelf.h>
#include <fcntl.h>
#include <gelf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

static bool map_file(struct image *image, int fd, const struct stat *status)
{
    image->bytes = (size_t)status->st_size;
    /* Writable, in private: libelf notes in a section's header that it unpacked it. */
    void *base = mmap(NULL, image->bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE, fd, 0);
    if (base == MAP_FAILED)
        return false;
    image->base = base;
    guard_begin(&image->guard, base, image->bytes);
    return true;
}

static bool open_elf(struct image *image, const char *path)
{
    elf_version(EV_CURRENT);
    image->elf = elf_memory(image->base, image->bytes);
    if (!image->elf || elf_kind(image->elf) != ELF_K_ELF)
        return false;
    const void *build_id;
    ssize_t length = dwelf_elf_gnu_build_id(image->elf, &build_id);
    if (length > 0) {
        image->build_id = build_id;
        image->build_id_length = (uint32_t)length;
    }
    image->path = strdup(path);
    return image->path != NULL;
}

/* With `status` of the file that was opened. */
static bool open_with_status(struct image *image, const char *path, struct stat *status)
{
    memset(image, 0, sizeof(*image));
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    if (fd < 0)
        return false;
    bool is_mapped = fstat(fd, status) == 0 && S_ISREG(status->st_mode) && status->st_size > 0 &&
                     map_file(image, fd, status);
    close(fd);
    if (is_mapped && open_elf(image, path))
        return true;
    image_close(image);
    return false;
}

bool image_open(struct image *image, const char *path)
{
    struct stat status;
    return open_with_status(image, path, &status);
}

bool image_has_build_id(const struct image *image, const uint8_t *build_id, uint32_t length)
{
    return length > 0 && image->build_id_length == length &&
           memcmp(image->build_id, build_id, length) == 0;
}

static bool is_what_was_mapped(const struct image *image, const struct stat *status,
                               const struct module *module)
{
    if (module->build_id_length > 0)
        return image_has_build_id(image, module->build_id, module->build_id_length);
    int64_t mtime_ns =
        (int64_t)status->st_mtim.tv_sec * 1000000000 + (int64_t)status->st_mtim.tv_nsec;
    return module->inode != 0 && module->inode == status->st_ino &&
           module->file_bytes == (uint64_t)status->st_size && module->mtime_ns == mtime_ns;
}

static bool open_candidate(struct image *image, const struct module *module, const char *path)
{
    struct stat status;
    if (!open_with_status(image, path, &status))
        return false;
    if (is_what_was_mapped(image, &status, module))
        return true;
    image_close(image);
    return false;
}

bool image_open_module(struct image *image, const struct module *module, int root_pid)
{
    memset(image, 0, sizeof(*image));
    if (module->path[0] != '/')
        return false;
    if (open_candidate(image, module, module->path))
        return true;
    char *path = NULL;
    if (root_pid <= 0 || asprintf(&path, "/proc/%d/root%s", root_pid, module->path) < 0)
        return false;
    bool is_open = open_candidate(image, module, path);
    free(path);
    return is_open;
}

void image_close(struct image *image)
{
    if (image->elf)
        elf_end(image->elf);
    if (image->base) {
        guard_end(&image->guard);
        munmap(image->base, image->bytes);
    }
    free(image->path);
    memset(image, 0, sizeof(*image));
}

void image_hide_idle_sections(struct image *image)
{
    static const char *const idle[] = {".debug_loclists", ".debug_loc",      ".debug_macro",
                                       ".debug_frame",    ".debug_pubnames", ".debug_pubtypes"};
    for (size_t i = 0; i < sizeof(idle) / sizeof(idle[0]); i++) {
        Elf_Scn *section = image_section(image, idle[i]);
        GElf_Shdr header;
        if (!section || !gelf_getshdr(section, &header))
            continue;
        header.sh_type = SHT_NOBITS;
        gelf_update_shdr(section, &header);
    }
}

Elf_Scn *image_section(const struct image *image, const char *name)
{
    size_t names;
    if (elf_getshdrstrndx(image->elf, &names) != 0)
        return NULL;
    Elf_Scn *section = NULL;
    while ((section = elf_nextscn(image->elf, section)) != NULL) {
        GElf_Shdr header;
        if (!gelf_getshdr(section, &header) || header.sh_type == SHT_NOBITS)
            continue;
        const char *found = elf_strptr(image->elf, names, header.sh_name);
        if (found && strcmp(found, name) == 0)
            return section;
    }
    return NULL;
}
