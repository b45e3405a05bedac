/* SPDX-License-Identifier: Apache-2.0 */
#include "tools/diff/worst.h"

#include <stdlib.h>

#include "tools/diff/gate_rows.h"

static double change_of(const struct comparison *at, uint32_t row, enum profile_value type)
{
    double sums[2] = {0, 0};
    for (uint32_t run = 0; run < at->run_count; run++)
        sums[run >= at->base_runs] += comparison_sums(at, &row, 1, run).values[type];
    return sums[1] / (double)(at->run_count - at->base_runs) - sums[0] / (double)at->base_runs;
}

/* The function or the module of a row of sites, of which rows of `kind` are. */
static uint32_t id_of(const struct sides *sides, enum compare_kind kind, uint32_t row)
{
    const struct site_table *table = &sides->table;
    uint32_t site = sides->comparison.rows.items[row].id;
    uint32_t leaf = site_table_function(table, table->site_paths.items[site]);
    return kind == COMPARE_TOTAL      ? 0
           : kind == COMPARE_MODULE   ? table->functions.items[leaf].module
           : kind == COMPARE_FUNCTION ? leaf
                                      : row;
}

uint32_t worst_site(const struct report *report, const struct gate *gate)
{
    const struct comparison *at = &report->sides->comparison;
    if (gate->site)
        return gate->site;
    size_t ids = report->sides->table.functions.count + report->sides->table.names->strings.count +
                 at->rows.count + 1;
    uint32_t *rows = malloc(((size_t)at->rows.count + 1) * sizeof *rows), worst = 0;
    uint8_t *is_meant = calloc(ids, 1); /* by id_of() */
    double most = 0;
    if (rows && is_meant) {
        uint32_t count =
            gate_rows_select(report->sides, gate->spec.subject, gate->spec.pattern, rows);
        enum compare_kind kind = count ? at->rows.items[rows[0]].kind : COMPARE_SITE;
        for (uint32_t i = 0; i < count; i++)
            is_meant[kind == COMPARE_SITE ? rows[i] : at->rows.items[rows[i]].id] = 1;
        for (uint32_t row = at->first[COMPARE_SITE]; row < at->first[COMPARE_KINDS]; row++) {
            bool is_about = is_meant[id_of(report->sides, kind, row)];
            double change = is_about ? change_of(at, row, gate->type) : 0;
            if (change > most) {
                most = change;
                worst = row;
            }
        }
    }
    free(rows);
    free(is_meant);
    return worst;
}
