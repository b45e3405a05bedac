/* SPDX-License-Identifier: Apache-2.0
 *
 * Places: DIR/.build-id/XX/YYYY.debug; beside the file, in .debug/ below it, and
 * at its own path below DIR.  DIR is /usr/lib/debug, or each of MEMPROF_DEBUG_DIR
 * (separated by colons).
 */
#include "collector/debug_file.h"
#include "collector/debuginfod.h"

#include <elfutils/libdwelf.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#define DIRECTORY "/usr/lib/debug"

bool debug_file_is_inside(const struct image *image)
{
    return image_section(image, ".debug_info") || image_section(image, ".zdebug_info");
}

/* How a debug file is recognised. */
struct wanted {
    const uint8_t *build_id;
    uint32_t length;
    bool by_checksum;
    uint32_t checksum;
};

static bool is_it(const struct image *candidate, const struct wanted *wanted)
{
    if (wanted->length > 0)
        return image_has_build_id(candidate, wanted->build_id, wanted->length);
    return wanted->by_checksum && crc32_z(0, candidate->base, candidate->bytes) == wanted->checksum;
}

static bool open_wanted(struct image *debug, const struct wanted *wanted, char *path)
{
    bool is_open = path && image_open(debug, path);
    free(path);
    if (is_open && is_it(debug, wanted))
        return true;
    if (is_open)
        image_close(debug);
    return false;
}

__attribute__((format(printf, 1, 2))) static char *format_path(const char *format, ...)
{
    char *path;
    va_list arguments;
    va_start(arguments, format);
    int length = vasprintf(&path, format, arguments);
    va_end(arguments);
    return length < 0 ? NULL : path;
}

/* The directory at *rest, which is moved on; NULL at the end.  The caller frees it. */
static char *next_directory(const char **rest)
{
    while (**rest == ':')
        (*rest)++;
    size_t length = strcspn(*rest, ":");
    char *directory = length > 0 ? strndup(*rest, length) : NULL;
    *rest += length;
    return directory;
}

static const char *directories(void)
{
    const char *list = getenv("MEMPROF_DEBUG_DIR");
    return list && *list ? list : DIRECTORY;
}

static char *root_prefix(const struct debug_search *search)
{
    return search->root_pid > 0 ? format_path("/proc/%d/root", search->root_pid) : NULL;
}

static bool open_by_id(struct image *debug, const struct wanted *wanted, const char *prefix)
{
    char hex[2 * 64 + 1] = "";
    if (wanted->length < 2 || wanted->length > 64)
        return false;
    for (uint32_t i = 0; i < wanted->length; i++)
        snprintf(hex + 2 * i, 3, "%02x", wanted->build_id[i]);
    const char *rest = directories();
    bool is_open = false;
    for (char *directory; !is_open && (directory = next_directory(&rest)) != NULL; free(directory))
        is_open = open_wanted(
            debug, wanted,
            format_path("%s%s/.build-id/%.2s/%s.debug", prefix, directory, hex, hex + 2));
    return is_open;
}

static bool open_by_link(struct image *debug, const struct image *image,
                         const struct debug_search *search)
{
    GElf_Word checksum;
    const char *link = dwelf_elf_gnu_debuglink(image->elf, &checksum);
    const char *slash = strrchr(image->path, '/');
    if (!link || !*link || !slash || strchr(link, '/'))
        return false;
    struct wanted wanted = {image->build_id, image->build_id_length, true, checksum};
    int length = (int)(slash - image->path);
    if (open_wanted(debug, &wanted, format_path("%.*s/%s", length, image->path, link)) ||
        open_wanted(debug, &wanted, format_path("%.*s/.debug/%s", length, image->path, link)))
        return true;
    /* A path in a process's root directory is looked up below DIR there. */
    char *prefix = root_prefix(search);
    int skipped =
        prefix && strncmp(image->path, prefix, strlen(prefix)) == 0 ? (int)strlen(prefix) : 0;
    const char *rest = directories();
    bool is_open = false;
    for (char *directory; !is_open && (directory = next_directory(&rest)) != NULL; free(directory))
        is_open = open_wanted(debug, &wanted,
                              format_path("%.*s%s%.*s/%s", skipped, image->path, directory,
                                          length - skipped, image->path + skipped, link));
    free(prefix);
    return is_open;
}

bool debug_file_open_id(struct image *debug, const uint8_t *build_id, uint32_t length,
                        const struct debug_search *search)
{
    struct wanted wanted = {.build_id = build_id, .length = length};
    if (open_by_id(debug, &wanted, ""))
        return true;
    char *prefix = root_prefix(search);
    bool is_open = prefix && open_by_id(debug, &wanted, prefix);
    free(prefix);
    if (!is_open && search->use_debuginfod && length > 0)
        is_open = open_wanted(debug, &wanted,
                              debuginfod_fetch(build_id, length, search->debuginfod_timeout_s));
    return is_open;
}

bool debug_file_open(struct image *debug, const struct image *image,
                     const struct debug_search *search)
{
    struct debug_search local = *search;
    local.use_debuginfod = false;
    return debug_file_open_id(debug, image->build_id, image->build_id_length, &local) ||
           open_by_link(debug, image, search) ||
           (search->use_debuginfod &&
            debug_file_open_id(debug, image->build_id, image->build_id_length, search));
}
