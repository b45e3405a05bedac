/* SPDX-License-Identifier: Apache-2.0 */
#include "tools/rss/symbols.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "collector/symbols/objects.h"

struct search {
    struct rss *rss;
    struct process_root root;
    uid_t uid; /* of the process */
    gid_t gid;
    size_t most;
};

static int largest_first(const void *left, const void *right)
{
    const struct rss_symbol *a = left, *b = right;
    if (a->rss != b->rss)
        return (a->rss < b->rss) - (a->rss > b->rss);
    return (a->bytes < b->bytes) - (a->bytes > b->bytes);
}

/* Adds it, if it lies where the module's data and bss are.  False: no memory. */
static bool add(struct search *search, const struct memory_module *module,
                const struct object_symbol *object)
{
    struct rss *rss = search->rss;
    uint64_t start = module->segments.bias + object->address;
    if (start < module->start || start >= module->end || object->bytes > module->end - start)
        return true;
    struct rss_symbol *moved = realloc(rss->symbols, (rss->symbol_count + 1) * sizeof *moved);
    if (!moved)
        return false;
    rss->symbols = moved;
    struct rss_symbol *symbol = &moved[rss->symbol_count];
    *symbol = (struct rss_symbol){.name = strdup(object->name),
                                  .module = module,
                                  .bytes = object->bytes,
                                  .is_bss = object->is_bss};
    if (!symbol->name)
        return false;
    rss->symbol_count++;
    if (!target_resident(&rss->memory.target, start, start + object->bytes, &symbol->rss))
        symbol->rss = 0;
    return true;
}

/* Of so many modules' only the largest are kept. */
static void keep_largest(struct search *search)
{
    struct rss *rss = search->rss;
    if (rss->symbol_count > 0)
        qsort(rss->symbols, rss->symbol_count, sizeof *rss->symbols, largest_first);
    for (; rss->symbol_count > search->most; rss->symbol_count--)
        free(rss->symbols[rss->symbol_count - 1].name);
}

static bool search_module(struct search *search, const struct memory_module *module)
{
    struct objects objects;
    bool has_memory = true;
    if (module->is_ours || module->segments.count == 0)
        return true;
    int fd = segments_open_file(&search->root, module->first);
    if (fd < 0)
        return true;
    objects_read(&objects, fd, (int)search->rss->memory.pid, search->uid, search->gid);
    search->rss->exported_only += !objects.is_whole;
    for (uint32_t i = 0; has_memory && i < objects.count; i++)
        has_memory = add(search, module, &objects.items[i]);
    objects_deinit(&objects);
    keep_largest(search);
    return has_memory;
}

struct error *rss_find_symbols(struct rss *rss, size_t most)
{
    char path[64];
    struct stat status;
    struct search search = {.rss = rss, .most = most};
    bool has_memory = true;
    snprintf(path, sizeof path, "/proc/%d", (int)rss->memory.pid);
    if (stat(path, &status) != 0)
        return error_create("process %d: it has ended", (int)rss->memory.pid);
    search.uid = status.st_uid;
    search.gid = status.st_gid;
    process_root_open(&search.root, rss->memory.pid);
    for (size_t i = 0; has_memory && i < rss->memory.found.count; i++)
        has_memory = search_module(&search, &rss->memory.found.items[i]);
    process_root_close(&search.root);
    return has_memory ? NULL : error_no_memory();
}
