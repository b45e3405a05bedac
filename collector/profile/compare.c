/* SPDX-License-Identifier: Apache-2.0 */
#include "collector/profile/compare.h"

#include "collector/profile/hash.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define OWN_FRAMES 2   /* of COMPARE_OWN_FRAMES */
#define EXPLAINS   0.9 /* share of a change that is to blame for it */
#define ALIKE      0.5 /* share of a name that two names of one function have in common */

/* --- rows --- */

static struct site_values *values_of(const struct comparison *at, uint32_t row, uint32_t run)
{
    return &at->values[(size_t)row * at->run_count + run];
}

static bool is_nothing(const struct site_values *values)
{
    for (int i = 0; i < PROFILE_VALUES; i++)
        if (values->values[i] != 0)
            return false;
    return true;
}

static void look_where(const struct comparison *at, uint32_t site, bool in[2])
{
    in[0] = in[1] = false;
    for (uint32_t run = 0; run < at->run_count; run++)
        if (!is_nothing(site_table_values(at->table, site, run)))
            in[run >= at->base_runs] = true;
}

static void add_values(struct site_values *to, const struct site_values *from)
{
    for (int i = 0; i < PROFILE_VALUES; i++) {
        to->values[i] += from->values[i];
        to->sampled[i] += from->sampled[i];
    }
}

static void add_site(struct comparison *at, uint32_t row, uint32_t site)
{
    for (uint32_t run = 0; run < at->run_count; run++)
        add_values(values_of(at, row, run), site_table_values(at->table, site, run));
    bool in[2];
    look_where(at, site, in);
    at->rows.items[row].in_base |= in[0];
    at->rows.items[row].in_changed |= in[1];
    at->rows.items[row].sites++;
}

/* --- matching --- */

/* The key of a site at a level; 0: it has none there. */
static uint64_t key_of(const struct comparison *at, const uint8_t *code, uint32_t site,
                       enum compare_level level)
{
    const struct site_table *table = at->table;
    uint64_t key = level;
    uint32_t taken = 0;
    for (uint32_t path = table->site_paths.items[site]; path;
         path = site_table_parent(table, path)) {
        uint32_t function = site_table_function(table, path);
        if (level == COMPARE_LEAF)
            return hash_pair(key, function) | 1;
        if (code[function] == CODE_SYSTEM || (level == COMPARE_OWN_FRAMES && code[function]))
            continue;
        key = hash_pair(key, function);
        if (++taken == OWN_FRAMES && level == COMPARE_OWN_FRAMES)
            break;
    }
    return taken ? key | 1 : 0;
}

struct keyed_site {
    uint64_t key;
    uint32_t site;
    bool in_base;
};

static int by_key(const void *left, const void *right)
{
    const struct keyed_site *a = left, *b = right;
    if (a->key != b->key)
        return a->key < b->key ? -1 : 1;
    return a->site < b->site ? -1 : a->site > b->site;
}

/* Puts together those of `sites`, which one side alone has, whose keys agree and that both sides
 * have; returns how many are left, at the front. */
static uint32_t match_level(struct comparison *at, const uint8_t *code, enum compare_level level,
                            struct keyed_site *sites, uint32_t count, uint32_t *leader,
                            uint8_t *level_of)
{
    uint32_t left = 0;
    for (uint32_t i = 0; i < count; i++)
        sites[i].key = key_of(at, code, sites[i].site, level);
    qsort(sites, count, sizeof(*sites), by_key);
    for (uint32_t i = 0, end; i < count; i = end) {
        bool in[2] = {false, false};
        for (end = i; end < count && sites[end].key == sites[i].key; end++)
            in[!sites[end].in_base] = true;
        bool is_match = in[0] && in[1] && sites[i].key;
        for (uint32_t k = i; k < end; k++) {
            if (is_match) {
                leader[sites[k].site] = sites[i].site;
                level_of[sites[k].site] = (uint8_t)level;
            } else {
                sites[left++] = sites[k];
            }
        }
    }
    return left;
}

/* leader[site]: the site it is put together with, or itself.  False: no memory. */
static bool match_sites(struct comparison *at, const uint8_t *code, uint32_t *leader,
                        uint8_t *level_of)
{
    uint32_t all = at->table->site_paths.count, count = 0;
    struct keyed_site *alone = malloc(((size_t)all + 1) * sizeof(*alone));
    for (uint32_t site = 1; alone && site < all; site++) {
        bool in[2];
        look_where(at, site, in);
        leader[site] = site;
        if (in[0] != in[1])
            alone[count++] = (struct keyed_site){0, site, in[0]};
    }
    for (int level = COMPARE_WITHOUT_SYSTEM; alone && level <= COMPARE_LEAF; level++)
        count = match_level(at, code, (enum compare_level)level, alone, count, leader, level_of);
    free(alone);
    return alone != NULL;
}

/* --- renamed --- */

static double likeness(const char *a, const char *b)
{
    size_t one = strlen(a), other = strlen(b), shorter = one < other ? one : other;
    size_t head = 0, tail = 0;
    while (head < shorter && a[head] == b[head])
        head++;
    while (tail < shorter - head && a[one - 1 - tail] == b[other - 1 - tail])
        tail++;
    return one + other ? 2. * (double)(head + tail) / (double)(one + other) : 0;
}

static const char *leaf_name(const struct comparison *at, uint32_t row)
{
    uint32_t path = at->table->site_paths.items[at->rows.items[row].id];
    return site_table_text(at->table,
                           at->table->functions.items[site_table_function(at->table, path)].name);
}

static bool has_equal_values(const struct comparison *at, uint32_t gone, uint32_t made)
{
    const struct site_values *before = values_of(at, gone, 0);
    const struct site_values *after = values_of(at, made, at->base_runs);
    return memcmp(before->values, after->values, sizeof(before->values)) == 0;
}

/* A gone and a new site of equal counts and similar names may be one that was renamed.  Among
 * many such sites nothing can be told: quadratic work ends at a bound. */
static void find_renamed(struct comparison *at)
{
    uint32_t first = at->first[COMPARE_SITE], end = at->first[COMPARE_KINDS], tries = 0;
    for (uint32_t gone = first; gone < end; gone++) {
        struct compare_row *old = &at->rows.items[gone];
        if (!old->in_base || old->in_changed)
            continue;
        for (uint32_t made = first; made < end && ++tries < 10000000; made++) {
            struct compare_row *row = &at->rows.items[made];
            if (!row->in_base && row->in_changed && !row->renamed &&
                has_equal_values(at, gone, made) &&
                likeness(leaf_name(at, gone), leaf_name(at, made)) >= ALIKE) {
                row->renamed = gone;
                old->renamed = made;
                break;
            }
        }
    }
}

/* --- the whole --- */

static uint32_t add_row(struct comparison *at, enum compare_kind kind, uint32_t id)
{
    at->rows.items[at->rows.count] = (struct compare_row){.kind = kind, .id = id};
    return at->rows.count++;
}

/* One row for each thing of a kind that `id_of` tells, in the order in which they are met. */
static void add_rows(struct comparison *at, enum compare_kind kind, const uint32_t *leader,
                     const uint8_t *level_of, uint32_t *row_of)
{
    const struct site_table *table = at->table;
    at->first[kind] = at->rows.count;
    if (kind == COMPARE_TOTAL) /* also of profiles without samples */
        row_of[0] = add_row(at, kind, 0);
    for (uint32_t site = 1; site < table->site_paths.count; site++) {
        uint32_t leaf = site_table_function(table, table->site_paths.items[site]);
        uint32_t id = kind == COMPARE_TOTAL      ? 0
                      : kind == COMPARE_MODULE   ? table->functions.items[leaf].module
                      : kind == COMPARE_FUNCTION ? leaf
                                                 : leader[site];
        if (row_of[id] == UINT32_MAX) {
            row_of[id] = add_row(at, kind, id);
            if (kind == COMPARE_SITE)
                at->rows.items[row_of[id]].level = (enum compare_level)level_of[id];
        }
        add_site(at, row_of[id], site);
        if (kind == COMPARE_SITE)
            at->row_of_site[site] = row_of[id];
    }
}

bool comparison_init(struct comparison *comparison, const struct site_table *table,
                     uint32_t base_runs, const struct compare_options *options)
{
    *comparison = (struct comparison){table, base_runs, table->runs.count, {0}, {0}, NULL, NULL};
    size_t sites = table->site_paths.count, functions = table->functions.count;
    size_t texts = table->names->strings.count, most = sites > functions ? sites : functions;
    most = most > texts ? most : texts;
    uint32_t *leader = calloc(sites + 1, sizeof(*leader));
    uint8_t *level_of = calloc(sites + 1, 1), *code = calloc(functions + 1, 1);
    uint32_t *row_of = malloc((most + 1) * sizeof(*row_of));
    /* A row for all, and of each kind at most one for each site. */
    size_t rows = 1 + sites + (functions < sites ? functions : sites) + sites;
    comparison->rows.items = calloc(rows + 1, sizeof(*comparison->rows.items));
    comparison->values = calloc(rows * table->runs.count + 1, sizeof(*comparison->values));
    comparison->row_of_site = calloc(sites + 1, sizeof(*comparison->row_of_site));
    bool has_memory = leader && level_of && code && row_of && comparison->rows.items &&
                      comparison->values && comparison->row_of_site;
    for (uint32_t i = 1; has_memory && i < functions; i++)
        code[i] = (uint8_t)options->code_of(
            options->context, site_table_text(table, table->functions.items[i].module));
    has_memory = has_memory && match_sites(comparison, code, leader, level_of);
    for (int kind = 0; has_memory && kind < COMPARE_KINDS; kind++) {
        memset(row_of, 0xff, (most + 1) * sizeof(*row_of));
        add_rows(comparison, (enum compare_kind)kind, leader, level_of, row_of);
    }
    comparison->first[COMPARE_KINDS] = comparison->rows.count;
    if (has_memory)
        find_renamed(comparison);
    free(leader);
    free(level_of);
    free(code);
    free(row_of);
    return has_memory;
}

void comparison_deinit(struct comparison *comparison)
{
    free(comparison->rows.items);
    free(comparison->values);
    free(comparison->row_of_site);
    *comparison = (struct comparison){0};
}

/* --- judging --- */

static bool is_size(enum profile_value type)
{
    return type == PROFILE_ALLOC_SPACE || type == PROFILE_INUSE_SPACE;
}

/* The bytes of one unit of a value: 1 of a size; of a count the mean sampled object, where a row
 * has none that of the whole run. */
static double unit_of(const struct site_values *values, const struct site_values *total,
                      enum profile_value type)
{
    if (is_size(type))
        return 1;
    const struct site_values *from = values->sampled[type] > 0 ? values : total;
    return from->sampled[type] > 0 ? from->sampled[type + 1] / from->sampled[type] : 1;
}

void comparison_measure(const struct comparison *at, const uint32_t *rows, uint32_t count,
                        enum profile_value type, struct measured *runs)
{
    for (uint32_t i = 0; i < at->run_count; i++) {
        const struct site_run *run = &at->table->runs.items[i];
        struct site_values sum = {{0}, {0}};
        for (uint32_t k = 0; k < count; k++)
            add_values(&sum, values_of(at, rows[k], i));
        runs[i] = (struct measured){
            .value = sum.values[type],
            .sampled = sum.sampled[type],
            .sampled_size = unit_of(&sum, &run->total, type),
            .all = run->total.sampled[is_size(type) ? type : type + 1],
            .interval = run->interval,
        };
    }
}

bool comparison_judge(const struct comparison *at, const uint32_t *rows, uint32_t count,
                      enum profile_value type, double scale, double confidence,
                      struct judged *judged)
{
    struct measured *runs = malloc(((size_t)at->run_count + 1) * sizeof(*runs));
    if (!runs)
        return false;
    comparison_measure(at, rows, count, type, runs);
    struct side base = {runs, at->base_runs};
    struct side changed = {runs + at->base_runs, at->run_count - at->base_runs};
    *judged = judge(&base, &changed, scale, confidence);
    free(runs);
    return true;
}

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
