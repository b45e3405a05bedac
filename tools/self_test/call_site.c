/* SPDX-License-Identifier: Apache-2.0 */
#include "tools/self_test/call_site.h"

#include <stdlib.h>
#include <string.h>

#include "collector/base/path.h"
#include "collector/profile/canonical.h"
#include "collector/profile/prune.h"
#include "tools/diff/ownership.h"
#include "tools/library.h"

static uint64_t offset_of(const struct profile *profile, const struct profile_location *location)
{
    const struct profile_mapping *mapping = &profile->mappings.items[location->mapping];
    return location->address - mapping->start + mapping->file_offset;
}

static const struct profile_location *leaf_of(const struct profile *profile, uint32_t sample)
{
    uint32_t node = profile->samples.items[sample].node;
    return &profile->locations.items[node ? profile->nodes.items[node].location : 0];
}

static int by_calls(const void *left, const void *right)
{
    const struct call_site *a = left, *b = right;
    if (a->is_own != b->is_own)
        return a->is_own ? -1 : 1;
    if (a->calls != b->calls)
        return a->calls > b->calls ? -1 : 1;
    return a->offset < b->offset ? -1 : a->offset > b->offset;
}

static bool is_own(const struct ownership *ownership, const char *file)
{
    char *module = strdup(file);
    if (!module)
        return false;
    canonical_module(module);
    bool own = ownership_code((void *)ownership, module) == CODE_OWN;
    free(module);
    return own;
}

/* The name by which sites are compared; NULL: no memory. */
static char *canonical(const char *name)
{
    size_t bytes = strlen(name) + sizeof CANONICAL_NO_SYMBOL + 1;
    char *copy = malloc(bytes);
    if (copy && !canonical_nameless(strcpy(copy, name), bytes))
        canonical_function(copy, false);
    return copy;
}

/* The innermost function of a location, and where in it the call is. */
static bool set_function(struct call_site *site, const struct profile *profile,
                         const struct profile_location *location)
{
    const struct profile_line *line = &profile->lines.items[location->line_first];
    const struct profile_function *function =
        &profile->functions.items[location->line_count ? line->function : 0];
    free(site->function);
    free(site->name);
    free(site->source);
    site->name = canonical(profile_string(profile, function->name));
    site->function = strdup(profile_string(profile, function->name));
    site->source = strdup(path_base(profile_string(profile, function->file)));
    site->line = location->line_count ? line->line : 0;
    return site->function && site->name && site->source;
}

/* False: no memory. */
static bool add(struct call_sites *sites, const struct profile *profile, uint32_t index,
                uint64_t calls, const struct ownership *ownership)
{
    const struct profile_location *location = &profile->locations.items[index];
    const char *file = profile_string(profile, profile->mappings.items[location->mapping].file);
    struct call_site site = {
        .file = strdup(file),
        .offset = offset_of(profile, location),
        .is_own = is_own(ownership, file),
        .calls = calls,
    };
    bool has_memory = set_function(&site, profile, location) && site.file;
    struct call_site *moved = realloc(sites->items, (sites->count + 1) * sizeof *moved);
    if (moved)
        sites->items = moved;
    has_memory = has_memory && moved;
    if (has_memory && *site.function) {
        moved[sites->count++] = site;
        return true;
    }
    free(site.file);
    free(site.function);
    free(site.name);
    free(site.source);
    return has_memory;
}

struct error *call_sites_find(struct call_sites *sites, const struct profile *profile,
                              uint64_t least_calls)
{
    int type = profile_find_type(profile, "alloc_objects");
    struct ownership ownership = {.pattern = NULL};
    uint64_t *calls = calloc((size_t)profile->locations.count + 1, sizeof *calls);
    *sites = (struct call_sites){NULL, 0};
    bool has_memory = calls && ownership_note(&ownership, profile);
    for (uint32_t i = 0; has_memory && type >= 0 && i < profile->samples.count; i++) {
        int64_t objects = profile->values.items[(size_t)i * profile->types.count + (size_t)type];
        if (objects > 0)
            calls[leaf_of(profile, i) - profile->locations.items] += (uint64_t)objects;
    }
    for (uint32_t i = 1; has_memory && i < profile->locations.count; i++)
        if (calls[i] >= least_calls && profile->locations.items[i].mapping)
            has_memory = add(sites, profile, i, calls[i], &ownership);
    if (sites->count)
        qsort(sites->items, sites->count, sizeof *sites->items, by_calls);
    ownership_deinit(&ownership);
    free(calls);
    return has_memory ? NULL : error_no_memory();
}

void call_sites_deinit(struct call_sites *sites)
{
    for (size_t i = 0; i < sites->count; i++) {
        free(sites->items[i].file);
        free(sites->items[i].function);
        free(sites->items[i].name);
        free(sites->items[i].source);
    }
    free(sites->items);
    *sites = (struct call_sites){NULL, 0};
}

/* --- what was made --- */

static bool is_made(const struct profile *profile, uint32_t sample)
{
    const struct profile_location *leaf = leaf_of(profile, sample);
    const char *file = profile_string(profile, profile->mappings.items[leaf->mapping].file);
    return leaf->mapping && strcmp(path_base(file), LIBRARY_SELF_TEST) == 0;
}

static uint32_t function_of(const struct profile *profile, uint32_t sample)
{
    const struct profile_location *leaf = leaf_of(profile, sample);
    return leaf->line_count ? profile->lines.items[leaf->line_first].function : 0;
}

/* Adds up by function, and takes the one that has most. */
static bool locate(struct call_site *site, const struct profile *profile, const bool *made,
                   uint64_t *most)
{
    int type = profile_find_type(profile, "alloc_objects");
    uint64_t *sums = calloc((size_t)profile->functions.count + 1, sizeof *sums);
    const struct profile_location *at = NULL;
    for (uint32_t i = 0; sums && type >= 0 && i < profile->samples.count; i++) {
        int64_t objects = profile->values.items[(size_t)i * profile->types.count + (size_t)type];
        uint32_t function = function_of(profile, i);
        if (!made[i] || !function || objects <= 0)
            continue;
        sums[function] += (uint64_t)objects;
        if (sums[function] > *most) {
            *most = sums[function];
            at = leaf_of(profile, i);
        }
    }
    bool has_memory = sums && (!at || set_function(site, profile, at));
    free(sums);
    return has_memory;
}

struct error *call_site_locate(struct call_site *site, struct profile *profile, uint64_t *made)
{
    bool *is_one = calloc((size_t)profile->samples.count + 1, sizeof *is_one);
    uint32_t count = profile->samples.count;
    *made = 0;
    for (uint32_t i = 0; is_one && i < count; i++)
        is_one[i] = is_made(profile, i);
    bool has_memory = is_one && profile_prune_named(profile);
    if (has_memory && profile->samples.count == count) /* pruning cuts stacks, and keeps samples */
        has_memory = locate(site, profile, is_one, made);
    free(is_one);
    return has_memory ? NULL : error_no_memory();
}
