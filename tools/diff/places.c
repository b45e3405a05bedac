/* SPDX-License-Identifier: Apache-2.0 */
#include "tools/diff/places.h"

#include "tools/diff/repository.h"

static struct place place_in(const struct report *report, uint32_t function, int32_t line)
{
    const struct site_function *of = &report->sides->table.functions.items[function];
    const char *file = site_table_text(&report->sides->table, of->file);
    return (struct place){.file = file,
                          .line = line ? line : of->line,
                          .path = repository_find(report->repository, of->file, file),
                          .function = function};
}

void place_of_path(struct place *place, const struct report *report, uint32_t path)
{
    const struct site_table *table = &report->sides->table;
    int32_t line = site_table_line(table, path);
    *place = place_in(report, site_table_function(table, path), line);
    for (; path; path = site_table_parent(table, path)) {
        struct place at = place_in(report, site_table_function(table, path), line);
        if (at.path) {
            *place = at;
            return;
        }
        line = site_table_caller_line(table, path);
    }
}

void place_of_row(struct place *place, const struct report *report, uint32_t row)
{
    const struct compare_row *of = &report->sides->comparison.rows.items[row];
    *place = (struct place){.file = ""};
    if (of->kind == COMPARE_FUNCTION)
        *place = place_in(report, of->id,
                          site_table_line(&report->sides->table, report->site_of_function[of->id]));
    else if (of->kind == COMPARE_SITE)
        place_of_path(place, report, report->sides->table.site_paths.items[of->id]);
}
