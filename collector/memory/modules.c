/* SPDX-License-Identifier: Apache-2.0
 *
 * A module is a file that is mapped from its beginning and has code in one of the mappings that
 * follow.
 */
#include "collector/memory/modules.h"

#include "collector/base/path.h"

#include <stdlib.h>
#include <string.h>

#define OUR_LIBRARY "libmemprof"

static bool is_same_file(const struct smaps_mapping *a, const struct smaps_mapping *b)
{
    return a->inode == b->inode && a->device == b->device && strcmp(a->name, b->name) == 0;
}

/* How many mappings from `first` on are the module's, or lie between two of its own; 0: it is no
 * module. */
static size_t extent(const struct smaps *smaps, size_t first)
{
    const struct smaps_mapping *head = &smaps->items[first];
    size_t last = first;
    bool has_code = false;
    if (head->inode == 0 || head->offset != 0 || head->name[0] != '/')
        return 0;
    for (size_t i = first; i < smaps->count; i++) {
        const struct smaps_mapping *mapping = &smaps->items[i];
        bool is_own = is_same_file(head, mapping) && (i == first || mapping->offset != 0);
        if (!is_own && mapping->inode != 0)
            break;
        if (is_own) {
            last = i;
            has_code |= mapping->permissions[2] == 'x';
        }
    }
    return has_code ? last - first + 1 : 0;
}

/* Without program headers: memory without a file right behind data of the file is its bss. */
static uint64_t guess_end(const struct smaps *smaps, size_t last)
{
    const struct smaps_mapping *data = &smaps->items[last];
    const struct smaps_mapping *behind = last + 1 < smaps->count ? data + 1 : NULL;
    bool has_bss = behind && behind->start == data->end && behind->name[0] == '\0' &&
                   data->permissions[1] == 'w' && strcmp(behind->permissions, "rw-p") == 0;
    return has_bss ? behind->end : data->end;
}

static void describe(struct memory_module *module, const struct smaps *smaps, size_t last,
                     const struct target *target, const struct process_root *root)
{
    const char *base = path_base(module->first->name);
    module->start = module->first->start;
    module->is_ours = strncmp(base, OUR_LIBRARY, strlen(OUR_LIBRARY)) == 0;
    if (segments_find(&module->segments, target, root, module->first))
        module->end = module->segments.items[module->segments.count - 1].end;
    else
        module->end = guess_end(smaps, last);
    if (module->end < smaps->items[last].end)
        module->end = smaps->items[last].end;
}

bool memory_modules_init(struct memory_modules *modules, const struct smaps *smaps,
                         const struct target *target)
{
    struct process_root root;
    bool has_memory = true;
    *modules = (struct memory_modules){.count = 0};
    process_root_open(&root, target->pid);
    for (size_t i = 0; has_memory && i < smaps->count; i++) {
        size_t length = extent(smaps, i);
        if (length == 0)
            continue;
        struct memory_module *moved =
            realloc(modules->items, (modules->count + 1) * sizeof(*modules->items));
        has_memory = moved != NULL;
        if (!has_memory)
            break;
        modules->items = moved;
        struct memory_module *module = &moved[modules->count++];
        *module = (struct memory_module){.first = &smaps->items[i]};
        describe(module, smaps, i + length - 1, target, &root);
        i += length - 1;
    }
    process_root_close(&root);
    return has_memory;
}

void memory_modules_deinit(struct memory_modules *modules)
{
    free(modules->items);
    *modules = (struct memory_modules){.count = 0};
}

const struct memory_module *memory_modules_at(const struct memory_modules *modules,
                                              uint64_t address)
{
    size_t low = 0, high = modules->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (modules->items[middle].end <= address)
            low = middle + 1;
        else
            high = middle;
    }
    return low < modules->count ? &modules->items[low] : NULL;
}

const char *memory_modules_allocator(const struct memory_modules *modules)
{
    static const char *const names[] = {"jemalloc", "tcmalloc", "mimalloc"};
    for (size_t i = 0; i < modules->count; i++) {
        const char *base = path_base(modules->items[i].first->name);
        for (size_t n = 0; n < sizeof(names) / sizeof(*names); n++)
            if (strncmp(base, "lib", 3) == 0 && strncmp(base + 3, names[n], strlen(names[n])) == 0)
                return names[n];
    }
    return NULL;
}
