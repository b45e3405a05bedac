/* SPDX-License-Identifier: Apache-2.0
 *
 * The collector knows where a debug file may be (files.c); here the right one is recognised.
 */
#include "collector/symbols/debug_file.h"
#include "collector/symbols/image_store.h"

#include <elfutils/libdwelf.h>
#include <string.h>

bool debug_file_is_inside(const struct image *image)
{
    return image_section(image, ".debug_info") || image_section(image, ".zdebug_info");
}

/* How a file is recognised. */
struct wanted {
    const struct module *module; /* NULL: by what follows */
    const uint8_t *build_id;
    uint32_t length;
    bool by_checksum;
    uint32_t checksum;
};

static bool is_it(const struct image *candidate, const struct image_file *file,
                  const struct wanted *wanted)
{
    uint32_t checksum;
    if (wanted->module)
        return image_is_module(candidate, file, wanted->module);
    if (wanted->length > 0)
        return image_has_build_id(candidate, wanted->build_id, wanted->length);
    return wanted->by_checksum && image_checksum(candidate, &checksum) &&
           checksum == wanted->checksum;
}

/* Goes through the candidates of one purpose. */
static bool open_wanted(struct image *image, const struct wanted *wanted, enum symbol_file purpose,
                        const void *bytes, size_t length, struct debug_source *source)
{
    struct symbol_request request = {purpose, 0, source->module, bytes, (uint32_t)length};
    struct image_file file;
    if (length > SYMBOL_FILE_BYTES_MAX)
        return false;
    for (;; request.candidate++) {
        int64_t extra_ms = 0;
        enum symbol_answer_kind kind = symbol_ask(source->writer, &request, &file, &extra_ms);
        if (*source->deadline_ms)
            *source->deadline_ms += extra_ms;
        if (kind == SYMBOL_ANSWER_NO_MORE)
            return false;
        if (kind != SYMBOL_ANSWER_FILE || !image_store_open(image, &file))
            continue;
        if (is_it(image, &file, wanted))
            return true;
        image_store_close(image);
    }
}

bool debug_file_open_module(struct image *image, const struct module *module,
                            struct debug_source *source)
{
    struct wanted wanted = {.module = module};
    source->is_debug = false;
    return open_wanted(image, &wanted, SYMBOL_FILE_MODULE, "", 0, source);
}

static bool open_by_link(struct image *debug, const struct image *image,
                         struct debug_source *source)
{
    GElf_Word checksum;
    const char *link = dwelf_elf_gnu_debuglink(image->elf, &checksum);
    struct wanted wanted = {NULL, image->build_id, image->build_id_length, true, checksum};
    return link && open_wanted(debug, &wanted, SYMBOL_FILE_LINK, link, strlen(link), source);
}

bool debug_file_open(struct image *debug, const struct image *image, struct debug_source *source)
{
    struct wanted wanted = {.build_id = image->build_id, .length = image->build_id_length};
    source->is_debug = (wanted.length > 0 && open_wanted(debug, &wanted, SYMBOL_FILE_BUILD_ID,
                                                         wanted.build_id, wanted.length, source)) ||
                       open_by_link(debug, image, source) ||
                       (wanted.length > 0 && open_wanted(debug, &wanted, SYMBOL_FILE_SERVER,
                                                         wanted.build_id, wanted.length, source));
    return source->is_debug;
}

bool debug_file_open_alternate(struct image *debug, const uint8_t *build_id, uint32_t length,
                               const char *name, struct debug_source *source)
{
    struct wanted wanted = {.build_id = build_id, .length = length};
    enum symbol_file by_name =
        source->is_debug ? SYMBOL_FILE_ALTERNATE_DEBUG : SYMBOL_FILE_ALTERNATE;
    return length > 0 &&
           (open_wanted(debug, &wanted, by_name, name, strlen(name), source) ||
            open_wanted(debug, &wanted, SYMBOL_FILE_BUILD_ID, build_id, length, source) ||
            open_wanted(debug, &wanted, SYMBOL_FILE_SERVER, build_id, length, source));
}
