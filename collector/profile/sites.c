/* SPDX-License-Identifier: Apache-2.0 */
#include "collector/profile/sites.h"

#include <stdlib.h>
#include <string.h>

/* --- texts, functions, paths: each once; UINT32_MAX: no memory --- */

uint32_t site_table_intern_text(struct site_table *table, const char *text)
{
    size_t length = strlen(text) + 1;
    if (length == 1)
        return 0;
    if (!hash_reserve(&table->text_index) || !SITE_TABLE_GROW(&table->texts))
        return UINT32_MAX;
    uint64_t hash = hash_bytes(text, length);
    uint32_t slot = hash_first(&table->text_index, hash), known;
    for (; (known = table->text_index.slots[slot].record);
         slot = hash_next(&table->text_index, slot, hash))
        if (strcmp(site_table_text(table, known), text) == 0)
            return known;
    while (table->bytes.capacity - table->bytes.count < length) {
        uint32_t wanted = table->bytes.capacity * 2 + 4096;
        char *moved = wanted > table->bytes.capacity ? realloc(table->bytes.items, wanted) : NULL;
        if (!moved)
            return UINT32_MAX;
        table->bytes.items = moved;
        table->bytes.capacity = wanted;
    }
    memcpy(table->bytes.items + table->bytes.count, text, length);
    table->texts.items[table->texts.count] = table->bytes.count;
    table->bytes.count += (uint32_t)length;
    hash_set(&table->text_index, slot, hash, table->texts.count);
    return table->texts.count++;
}

uint32_t site_table_intern_function(struct site_table *table, const struct site_function *function)
{
    if (!hash_reserve(&table->function_index) || !SITE_TABLE_GROW(&table->functions))
        return UINT32_MAX;
    uint64_t hash = hash_pair(function->name, function->module);
    uint32_t slot = hash_first(&table->function_index, hash), known;
    for (; (known = table->function_index.slots[slot].record);
         slot = hash_next(&table->function_index, slot, hash))
        if (table->functions.items[known].name == function->name &&
            table->functions.items[known].module == function->module)
            return known;
    hash_set(&table->function_index, slot, hash, table->functions.count);
    table->functions.items[table->functions.count] = *function;
    return table->functions.count++;
}

uint32_t site_table_intern_path(struct site_table *table, uint32_t parent, uint32_t function)
{
    if (!hash_reserve(&table->path_index) || !SITE_TABLE_GROW(&table->paths))
        return UINT32_MAX;
    uint64_t hash = hash_pair(parent, function);
    uint32_t slot = hash_first(&table->path_index, hash), known;
    for (; (known = table->path_index.slots[slot].record);
         slot = hash_next(&table->path_index, slot, hash))
        if (table->paths.items[known].parent == parent &&
            table->paths.items[known].function == function)
            return known;
    hash_set(&table->path_index, slot, hash, table->paths.count);
    table->paths.items[table->paths.count] = (struct site_path){parent, function, 0};
    return table->paths.count++;
}

/* The site of a path, made if need be; UINT32_MAX: no memory. */
uint32_t site_table_site(struct site_table *table, uint32_t path)
{
    uint32_t site = table->paths.items[path].site;
    if (site)
        return site;
    site = table->site_paths.count;
    if (!SITE_TABLE_GROW(&table->site_paths))
        return UINT32_MAX;
    if (site >= table->site_capacity) {
        uint32_t wanted = table->site_capacity * 2 + 256;
        size_t row = table->run_capacity * sizeof(*table->values);
        struct site_values *moved =
            wanted > table->site_capacity ? realloc(table->values, wanted * row) : NULL;
        if (!moved)
            return UINT32_MAX;
        memset((char *)moved + table->site_capacity * row, 0,
               (wanted - table->site_capacity) * row);
        table->values = moved;
        table->site_capacity = wanted;
    }
    table->site_paths.items[site] = path;
    table->site_paths.count++;
    return table->paths.items[path].site = site;
}

/* --- the table --- */

bool site_table_init(struct site_table *table, uint32_t runs, bool fold_templates)
{
    *table = (struct site_table){.run_capacity = runs, .fold_templates = fold_templates};
    table->runs.items = calloc((size_t)runs + 1, sizeof(*table->runs.items));
    if (!table->runs.items || !SITE_TABLE_GROW(&table->texts) ||
        !SITE_TABLE_GROW(&table->functions) || !SITE_TABLE_GROW(&table->paths) ||
        !SITE_TABLE_GROW(&table->site_paths) || !SITE_TABLE_GROW(&table->bytes))
        return false;
    table->bytes.items[0] = '\0';
    table->bytes.count = 1;
    table->texts.items[0] = 0;
    table->texts.count = 1;
    table->functions.items[0] = (struct site_function){0};
    table->functions.count = 1;
    table->paths.items[0] = (struct site_path){0};
    table->paths.count = 1;
    table->site_paths.items[0] = 0;
    table->site_paths.count = 1;
    return true;
}

void site_table_deinit(struct site_table *table)
{
    free(table->bytes.items);
    free(table->texts.items);
    free(table->functions.items);
    free(table->paths.items);
    free(table->site_paths.items);
    free(table->runs.items);
    free(table->values);
    hash_deinit(&table->text_index);
    hash_deinit(&table->function_index);
    hash_deinit(&table->path_index);
    *table = (struct site_table){0};
}

const char *site_table_text(const struct site_table *table, uint32_t text)
{
    return table->bytes.items + table->texts.items[text];
}

const struct site_values *site_table_values(const struct site_table *table, uint32_t site,
                                            uint32_t run)
{
    return &table->values[(size_t)site * table->run_capacity + run];
}
