/* SPDX-License-Identifier: Apache-2.0
 *
 * Each function is matched once, and a path is ignored when its innermost function or the path
 * of its callers is.
 */
#include "tools/budget/ignores.h"

#include <string.h>

#include "collector/profile/pattern.h"
#include "tools/leaks/suppressions.h"

static bool matches(const struct budget_line *line, const struct site_table *table,
                    const struct site_function *function)
{
    const char *shown = site_table_text(table, function->shown);
    const char *module = site_table_text(table, function->module);
    if (line->kind == BUDGET_IGNORE && line->subject == GATE_MODULES)
        return pattern_matches(line->pattern, module);
    if (line->kind == BUDGET_IGNORE && line->subject == GATE_FUNCTIONS)
        return pattern_matches(line->pattern, shown) ||
               pattern_matches(line->pattern, site_table_text(table, function->name));
    const char *file = site_table_text(table, function->file);
    return suppression_matches(line->name, shown) || suppression_matches(line->name, module) ||
           (*file && suppression_matches(line->name, file));
}

static uint8_t flags_of(const struct budget *budget, const struct site_table *table,
                        uint32_t function, bool *used)
{
    uint8_t flags = 0;
    for (size_t i = 0; i < budget->count; i++) {
        const struct budget_line *line = &budget->lines[i];
        bool ignores = line->kind == BUDGET_IGNORE || line->kind == BUDGET_LEAK;
        if (!ignores || !matches(line, table, &table->functions.items[function]))
            continue;
        used[i] = true;
        flags |= line->kind == BUDGET_LEAK ? IGNORES_LEAK : IGNORES_ALL;
    }
    return flags;
}

uint8_t *ignores_find(const struct budget *budget, const struct site_table *table, bool *used)
{
    uint32_t path_count = table->names->nodes.count, site_count = table->site_paths.count;
    uint8_t *functions = calloc((size_t)table->functions.count + 1, 1);
    uint8_t *paths = calloc((size_t)path_count + 1, 1), *sites = calloc((size_t)site_count + 1, 1);
    memset(used, 0, budget->count * sizeof *used);
    if (functions && paths && sites) {
        for (uint32_t i = 1; i < table->functions.count; i++)
            functions[i] = flags_of(budget, table, i, used);
        for (uint32_t i = 1; i < path_count; i++) /* a parent comes before its children */
            paths[i] =
                paths[site_table_parent(table, i)] | functions[site_table_function(table, i)];
        for (uint32_t i = 1; i < site_count; i++)
            sites[i] = paths[table->site_paths.items[i]];
    } else {
        free(sites);
        sites = NULL;
    }
    free(functions);
    free(paths);
    return sites;
}
