/* SPDX-License-Identifier: Apache-2.0 */
#include "collector/profile/renamed.h"

#include <stdlib.h>
#include <string.h>

#define ALIKE 0.5      /* share of a name that two names of one function have in common */
#define TRIES 1000000u /* among many sites of equal values nothing can be told */

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

/* What a row has in the first run of its side. */
struct valued_row {
    double values[PROFILE_VALUES];
    uint32_t row;
};

static struct valued_row value_row(const struct comparison *at, uint32_t row)
{
    bool is_gone = at->rows.items[row].in_base;
    struct site_sums sums = comparison_sums(at, &row, 1, is_gone ? 0 : at->base_runs);
    struct valued_row valued = {.row = row};
    memcpy(valued.values, sums.values, sizeof(valued.values));
    return valued;
}

static int by_values(const void *left, const void *right)
{
    const struct valued_row *a = left, *b = right;
    for (int i = 0; i < PROFILE_VALUES; i++)
        if (a->values[i] != b->values[i])
            return a->values[i] < b->values[i] ? -1 : 1;
    return 0;
}

static int by_values_and_row(const void *left, const void *right)
{
    const struct valued_row *a = left, *b = right;
    int order = by_values(a, b);
    return order ? order : a->row < b->row ? -1 : a->row > b->row;
}

/* The first of `made`, in order, that has the values of `gone`; made_count: none. */
static uint32_t first_equal(const struct valued_row *made, uint32_t made_count,
                            const struct valued_row *gone)
{
    uint32_t low = 0, high = made_count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (by_values(&made[middle], gone) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

bool renamed_find(struct comparison *at)
{
    uint32_t first = at->first[COMPARE_SITE], end = at->first[COMPARE_KINDS], made_count = 0;
    struct valued_row *made = malloc(((size_t)(end - first) + 1) * sizeof(*made));
    for (uint32_t row = first; made && row < end; row++)
        if (!at->rows.items[row].in_base && at->rows.items[row].in_changed)
            made[made_count++] = value_row(at, row);
    if (made)
        qsort(made, made_count, sizeof(*made), by_values_and_row);
    for (uint32_t row = first, tries = 0; made && row < end; row++) {
        struct compare_row *old = &at->rows.items[row];
        if (!old->in_base || old->in_changed)
            continue;
        struct valued_row gone = value_row(at, row);
        for (uint32_t i = first_equal(made, made_count, &gone);
             i < made_count && by_values(&made[i], &gone) == 0 && ++tries < TRIES; i++) {
            struct compare_row *other = &at->rows.items[made[i].row];
            if (other->renamed || likeness(leaf_name(at, row), leaf_name(at, made[i].row)) < ALIKE)
                continue;
            other->renamed = row;
            old->renamed = made[i].row;
            break;
        }
    }
    free(made);
    return made != NULL;
}
