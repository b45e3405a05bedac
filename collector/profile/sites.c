/* SPDX-License-Identifier: Apache-2.0 */
#include "collector/profile/sites.h"

#include <stdlib.h>

uint32_t site_table_intern_function(struct site_table *table, const struct site_function *function)
{
    const struct profile_function key = {.name = function->name, .system_name = function->module};
    uint32_t index = profile_intern_function(table->names, &key);
    if (index == table->functions.count) { /* a new one */
        if (!SITE_TABLE_GROW(&table->functions))
            return UINT32_MAX;
        table->functions.items[table->functions.count++] = *function;
    } else if (index < table->functions.count && function->file) {
        table->functions.items[index].file = function->file;
        table->functions.items[index].line = function->line;
    }
    return index;
}

/* Makes room for all paths there are, which have no site yet. */
static bool reach_paths(struct site_table *table)
{
    while (table->path_sites.count < table->names->nodes.count) {
        if (!SITE_TABLE_GROW(&table->path_sites))
            return false;
        table->path_sites.items[table->path_sites.count++] = 0;
    }
    return true;
}

static bool reach_values(struct site_table *table, uint32_t site)
{
    while (table->values.count <= site / SITE_BLOCK) {
        if (!SITE_TABLE_GROW(&table->values))
            return false;
        struct site_values *block =
            calloc((size_t)SITE_BLOCK * table->run_capacity, sizeof(*block));
        if (!block)
            return false;
        table->values.items[table->values.count++] = block;
    }
    return true;
}

uint32_t site_table_site(struct site_table *table, uint32_t path)
{
    uint32_t site = table->site_paths.count;
    if (!reach_paths(table))
        return UINT32_MAX;
    if (table->path_sites.items[path])
        return table->path_sites.items[path];
    if (!SITE_TABLE_GROW(&table->site_paths) || !reach_values(table, site))
        return UINT32_MAX;
    table->site_paths.items[table->site_paths.count++] = path;
    return table->path_sites.items[path] = site;
}

bool site_table_init(struct site_table *table, uint32_t runs, bool fold_templates)
{
    *table = (struct site_table){.run_capacity = runs, .fold_templates = fold_templates};
    table->names = profile_create();
    table->runs.items = calloc((size_t)runs + 1, sizeof(*table->runs.items));
    if (!table->names || !table->runs.items || !SITE_TABLE_GROW(&table->functions) ||
        !SITE_TABLE_GROW(&table->site_paths))
        return false;
    table->functions.items[table->functions.count++] = (struct site_function){0};
    table->site_paths.items[table->site_paths.count++] = 0;
    return true;
}

void site_table_deinit(struct site_table *table)
{
    profile_destroy(table->names);
    free(table->functions.items);
    free(table->site_paths.items);
    free(table->path_sites.items);
    free(table->path_lines.items);
    free(table->runs.items);
    for (uint32_t i = 0; i < table->values.count; i++)
        free(table->values.items[i]);
    free(table->values.items);
    *table = (struct site_table){0};
}
