/* SPDX-License-Identifier: Apache-2.0
 *
 * A mapping's start, limit and offset are page-aligned, as /proc/PID/maps had
 * them; " (deleted)" is no part of a file's name.
 */
#include "collector/mappings.h"
#include "collector/base/path.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PAGE_BYTES UINT64_C(4096)

static uint32_t intern_path(struct profile *profile, const char *path)
{
    return profile_intern_string_n(profile, path, path_bytes(path));
}

static uint32_t intern_build_id(struct profile *profile, const struct module *module)
{
    char hex[MODULE_BUILD_ID_TEXT];
    return profile_intern_string(
        profile, module_build_id_text(hex, module->build_id, module->build_id_length));
}

/* Computes the mapping of one segment.  False: its addresses make no sense. */
static bool lay_out(const struct module *module, const struct module_segment *segment,
                    struct profile_mapping *mapping)
{
    uint64_t start = module->bias + segment->vaddr;
    uint64_t end = start + segment->bytes;
    if (segment->bytes == 0 || end < start || end > UINT64_MAX - PAGE_BYTES)
        return false;
    mapping->start = start & ~(PAGE_BYTES - 1);
    mapping->limit = (end + PAGE_BYTES - 1) & ~(PAGE_BYTES - 1);
    mapping->file_offset = segment->file_offset & ~(PAGE_BYTES - 1);
    return true;
}

static bool is_equal(const struct profile_mapping *a, const struct profile_mapping *b)
{
    return a->start == b->start && a->limit == b->limit && a->file_offset == b->file_offset &&
           a->file == b->file && a->build_id == b->build_id;
}

static bool record_owner(struct mappings *mappings, uint32_t mapping, uint32_t module)
{
    if (mapping >= mappings->capacity) {
        uint32_t capacity = mapping + mapping / 2 + 64;
        uint32_t *moved = realloc(mappings->module_of, (size_t)capacity * sizeof(*moved));
        if (!moved)
            return false;
        mappings->module_of = moved;
        mappings->capacity = capacity;
    }
    for (; mappings->count < mapping; mappings->count++)
        mappings->module_of[mappings->count] = 0;
    mappings->module_of[mapping] = module;
    mappings->count = mapping + 1;
    return true;
}

/* The mapping, or an equal one: the same segment of the same file at the same place, of a
 * library closed and opened again.  UINT32_MAX: no memory. */
static uint32_t intern_mapping(struct mappings *mappings, struct profile *profile,
                               const struct profile_mapping *wanted, uint32_t module)
{
    struct hash_index *index = &mappings->index;
    if (!hash_reserve(index))
        return UINT32_MAX;
    uint64_t hash =
        hash_pair(hash_pair(wanted->start, wanted->limit),
                  hash_pair(wanted->file_offset, (uint64_t)wanted->file << 32 | wanted->build_id));
    uint32_t slot = hash_first(index, hash), known;
    for (; (known = index->slots[slot].record); slot = hash_next(index, slot, hash))
        if (is_equal(&profile->mappings.items[known], wanted))
            return known;
    uint32_t added = profile_add_mapping(profile, wanted);
    if (added == UINT32_MAX || !record_owner(mappings, added, module))
        return UINT32_MAX;
    hash_set(index, slot, hash, added);
    return added;
}

static bool add_module(struct mappings *mappings, struct profile *profile, uint32_t index)
{
    const struct module *module = &mappings->modules[index];
    struct profile_mapping mapping = {.file = intern_path(profile, module->path),
                                      .build_id = intern_build_id(profile, module)};
    if (mapping.file == UINT32_MAX || mapping.build_id == UINT32_MAX)
        return false;
    /* A module without segments, or with more than the state records, gets one mapping for all
     * of it. */
    struct module_segment whole = {module->map_start - module->bias,
                                   module->map_end - module->map_start, 0};
    bool is_whole = module->segment_count == 0 || module->segment_count >= MODULE_SEGMENTS_MAX;
    uint32_t count = is_whole ? 1 : module->segment_count;
    for (uint32_t i = 0; i < count; i++) {
        if (!lay_out(module, is_whole ? &whole : &module->segments[i], &mapping))
            continue;
        uint32_t found = intern_mapping(mappings, profile, &mapping, index);
        if (found == UINT32_MAX)
            return false;
        mappings->of_module[index].segments[i] = found;
    }
    return true;
}

bool mappings_init(struct mappings *mappings)
{
    *mappings = (struct mappings){0};
    return record_owner(mappings, 0, 0);
}

/* Makes room for the modules up to `count`; the new ones have no mapping yet. */
static bool make_room(struct mappings *mappings, uint32_t count)
{
    if (count <= mappings->module_count && mappings->of_module)
        return true;
    struct module_mappings *moved =
        realloc(mappings->of_module, ((size_t)count + 1) * sizeof(*moved));
    if (!moved)
        return false;
    memset(&moved[mappings->module_count], 0,
           (count + 1 - mappings->module_count) * sizeof(*moved));
    mappings->of_module = moved;
    mappings->module_count = count;
    return true;
}

bool mappings_update(struct mappings *mappings, struct profile *profile,
                     const struct module *modules, uint32_t module_count)
{
    if (!make_room(mappings, module_count))
        return false;
    mappings->modules = modules;
    for (int pass = 0; pass < 2; pass++)
        for (uint32_t i = 1; i < module_count; i++) {
            if (modules[i].map_end == 0 || modules[i].is_executable != (pass == 0) ||
                mappings->of_module[i].is_known)
                continue;
            if (!add_module(mappings, profile, i))
                return false;
            mappings->of_module[i].is_known = true;
        }
    return true;
}

void mappings_deinit(struct mappings *mappings)
{
    free(mappings->of_module);
    free(mappings->module_of);
    hash_deinit(&mappings->index);
    *mappings = (struct mappings){0};
}

uint32_t mappings_find(const struct mappings *mappings, const struct profile *profile,
                       uint32_t module, uint64_t address)
{
    if (module == 0 || module >= mappings->module_count)
        return 0;
    for (uint32_t i = 0; i < MODULE_SEGMENTS_MAX; i++) {
        uint32_t mapping = mappings->of_module[module].segments[i];
        if (mapping != 0 && address >= profile->mappings.items[mapping].start &&
            address < profile->mappings.items[mapping].limit)
            return mapping;
    }
    return 0;
}
