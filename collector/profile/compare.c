/* SPDX-License-Identifier: Apache-2.0 */
#include "collector/profile/compare.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define EXPLAINS 0.9 /* share of a change that is to blame for it */

/* --- rows --- */

static void add_values(struct site_sums *to, const struct site_values *from)
{
    for (int i = 0; i < PROFILE_VALUES; i++) {
        to->values[i] += from->values[i];
        to->sampled[i] += (double)from->sampled[i];
    }
    for (int i = 0; i < 2; i++)
        to->squares[i] += (double)from->squares[i];
}

struct site_sums comparison_sums(const struct comparison *at, const uint32_t *rows, uint32_t count,
                                 uint32_t run)
{
    struct site_sums sums = {{0}, {0}, {0}};
    for (uint32_t i = 0; i < count; i++) {
        const struct compare_row *row = &at->rows.items[rows[i]];
        if (row->kind == COMPARE_TOTAL)
            return at->table->runs.items[run].total;
        for (uint32_t k = 0; k < row->sites; k++)
            add_values(&sums,
                       site_table_values(at->table, at->row_sites[row->first_site + k], run));
    }
    return sums;
}

/* --- the whole --- */

static uint32_t add_row(struct comparison *at, enum compare_kind kind, uint32_t id)
{
    at->rows.items[at->rows.count] = (struct compare_row){.kind = kind, .id = id};
    return at->rows.count++;
}

/* Which thing of a kind a site belongs to.  Sites that were put together allocate in one function,
 * whatever each build calls it. */
static uint32_t thing_of(const struct site_table *table, enum compare_kind kind,
                         const struct site_match *matches, uint32_t site)
{
    uint32_t leader = matches[site].leader;
    uint32_t leaf = site_table_function(table, table->site_paths.items[leader]);
    return kind == COMPARE_TOTAL      ? 0
           : kind == COMPARE_MODULE   ? table->functions.items[leaf].module
           : kind == COMPARE_FUNCTION ? leaf
                                      : leader;
}

static void add_to_row(struct compare_row *row, const struct site_match *match)
{
    row->in_base |= match->in[0];
    row->in_changed |= match->in[1];
    row->sites++;
    if (row->kind != COMPARE_SITE)
        return;
    if (match->level > row->level)
        row->level = match->level;
    if (match->folded > row->folded) {
        row->folded = match->folded;
        row->folded_function = match->folded_function;
    }
}

/* One row for each thing of a kind, in the order in which they are met; then the sites of each
 * row together, in at->row_sites from `filled` on. */
static void add_rows(struct comparison *at, enum compare_kind kind,
                     const struct site_match *matches, uint32_t *row_of)
{
    const struct site_table *table = at->table;
    uint32_t sites = table->site_paths.count, next = (uint32_t)kind * (sites - 1);
    at->first[kind] = at->rows.count;
    if (kind == COMPARE_TOTAL) /* also of profiles without samples */
        row_of[0] = add_row(at, kind, 0);
    for (uint32_t site = 1; site < sites; site++) {
        uint32_t id = thing_of(table, kind, matches, site);
        if (row_of[id] == UINT32_MAX)
            row_of[id] = add_row(at, kind, id);
        add_to_row(&at->rows.items[row_of[id]], &matches[site]);
        if (kind == COMPARE_SITE)
            at->row_of_site[site] = row_of[id];
    }
    for (uint32_t i = at->first[kind]; i < at->rows.count; i++) {
        at->rows.items[i].first_site = next;
        next += at->rows.items[i].sites;
        at->rows.items[i].sites = 0;
    }
    for (uint32_t site = 1; site < sites; site++) {
        struct compare_row *row = &at->rows.items[row_of[thing_of(table, kind, matches, site)]];
        at->row_sites[row->first_site + row->sites++] = site;
    }
}

/* Runs that do not say their seed count as if each had another. */
static size_t count_seeds(const struct site_run *runs, uint32_t count)
{
    size_t seeds = 0;
    for (uint32_t i = 0; i < count; i++) {
        bool is_new = true;
        for (uint32_t k = 0; k < i && runs[i].has_seed; k++)
            is_new &= !(runs[k].has_seed && runs[k].seed == runs[i].seed);
        seeds += is_new;
    }
    return seeds;
}

bool comparison_init(struct comparison *comparison, const struct site_table *table,
                     uint32_t base_runs, const struct compare_options *options)
{
    *comparison =
        (struct comparison){.table = table, .base_runs = base_runs, .run_count = table->runs.count};
    comparison->seeds[0] = count_seeds(table->runs.items, base_runs);
    comparison->seeds[1] =
        count_seeds(table->runs.items + base_runs, table->runs.count - base_runs);
    size_t sites = table->site_paths.count, functions = table->functions.count;
    size_t texts = table->names->strings.count, most = sites > functions ? sites : functions;
    most = most > texts ? most : texts;
    struct site_match *matches = match_sites(table, base_runs, options);
    uint32_t *row_of = malloc((most + 1) * sizeof(*row_of));
    /* A row for all, and of each kind at most one for each site. */
    size_t rows = 1 + sites + (functions < sites ? functions : sites) + sites;
    comparison->rows.items = calloc(rows + 1, sizeof(*comparison->rows.items));
    comparison->row_sites = calloc(COMPARE_KINDS * sites + 1, sizeof(*comparison->row_sites));
    comparison->row_of_site = calloc(sites + 1, sizeof(*comparison->row_of_site));
    bool has_memory = matches && row_of && comparison->rows.items && comparison->row_sites &&
                      comparison->row_of_site;
    for (int kind = 0; has_memory && kind < COMPARE_KINDS; kind++) {
        memset(row_of, 0xff, (most + 1) * sizeof(*row_of));
        add_rows(comparison, (enum compare_kind)kind, matches, row_of);
    }
    comparison->first[COMPARE_KINDS] = comparison->rows.count;
    free(matches);
    free(row_of);
    return has_memory;
}

void comparison_deinit(struct comparison *comparison)
{
    free(comparison->rows.items);
    free(comparison->row_sites);
    free(comparison->row_of_site);
    *comparison = (struct comparison){0};
}

/* --- blame --- */

static double change_of(const struct comparison *at, uint32_t site, enum profile_value type)
{
    double sums[2] = {0, 0};
    for (uint32_t run = 0; run < at->run_count; run++)
        sums[run >= at->base_runs] += site_table_values(at->table, site, run)->values[type];
    return sums[1] / (double)(at->run_count - at->base_runs) - sums[0] / (double)at->base_runs;
}

bool comparison_blame(const struct comparison *at, enum profile_value type, uint32_t *path)
{
    const struct site_table *table = at->table;
    double *changes = calloc((size_t)table->names->nodes.count + 1, sizeof(*changes));
    *path = 0;
    if (!changes)
        return false;
    for (uint32_t site = 1; site < table->site_paths.count; site++)
        changes[table->site_paths.items[site]] += change_of(at, site, type);
    for (uint32_t i = table->names->nodes.count; i-- > 1;) /* a parent comes before its children */
        changes[site_table_parent(table, i)] += changes[i];
    double whole = changes[0];
    for (uint32_t i = 1; i < table->names->nodes.count && whole != 0; i++)
        if (site_table_parent(table, i) == *path && changes[i] / whole >= EXPLAINS)
            *path = i;
    free(changes);
    return true;
}
