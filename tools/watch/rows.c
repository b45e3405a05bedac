/* SPDX-License-Identifier: Apache-2.0 */
#include "tools/watch/rows.h"

#include <stdlib.h>
#include <string.h>

static void add(int64_t *to, const int64_t *values)
{
    for (int i = 0; i < PROFILE_VALUES; i++)
        to[i] += values[i];
}

/* The innermost line of the leaf is what the sample is flat in.  `met`, by row, has the sample + 1
 * that met it last, so that each counts once. */
static void add_sample(struct watch_row *items, const struct profile_rows *rows,
                       const struct profile *profile, uint32_t sample, uint32_t *met)
{
    const int64_t *values = &profile->values.items[(size_t)sample * PROFILE_VALUES];
    bool is_leaf = true;
    for (uint32_t node = profile->samples.items[sample].node; node;
         node = profile->nodes.items[node].parent) {
        uint32_t location = profile->nodes.items[node].location;
        for (uint32_t slot = rows->first_slot[location]; slot < rows->first_slot[location + 1];
             slot++) {
            uint32_t row = rows->of_slot[slot];
            if (is_leaf)
                add(items[row].flat, values);
            is_leaf = false;
            if (met[row] == sample + 1)
                continue;
            met[row] = sample + 1;
            add(items[row].cumulative, values);
        }
    }
}

static int by_label(const void *left, const void *right)
{
    const struct watch_row *a = left, *b = right;
    return strcmp(a->label, b->label);
}

static bool is_empty(const struct watch_row *row)
{
    for (int i = 0; i < PROFILE_VALUES; i++)
        if (row->cumulative[i])
            return false;
    return true;
}

static void row_deinit(struct watch_row *row)
{
    free(row->label);
    free(row->name);
}

/* Sorts the rows, and merges those with the same label. */
static void settle(struct watch_rows *rows)
{
    uint32_t count = 0;
    if (rows->count)
        qsort(rows->items, rows->count, sizeof *rows->items, by_label);
    for (uint32_t i = 0; i < rows->count; i++) {
        struct watch_row *row = &rows->items[i];
        if (is_empty(row)) {
            row_deinit(row);
        } else if (count && strcmp(rows->items[count - 1].label, row->label) == 0) {
            add(rows->items[count - 1].flat, row->flat);
            add(rows->items[count - 1].cumulative, row->cumulative);
            row_deinit(row);
        } else {
            rows->items[count++] = *row;
        }
    }
    rows->count = count;
}

static bool fill(struct watch_rows *rows, const struct profile_rows *of,
                 const struct profile *profile)
{
    uint32_t *met = calloc(of->count + 1, sizeof *met);
    rows->items = calloc(of->count + 1, sizeof *rows->items);
    if (!rows->items || !met) {
        free(met);
        return false;
    }
    bool has_memory = true;
    for (rows->count = 0; rows->count < of->count && has_memory; rows->count++) {
        struct watch_row *row = &rows->items[rows->count];
        row->label = strdup(of->items[rows->count].label);
        row->name = strdup(profile_string(profile, of->items[rows->count].name));
        has_memory = row->label && row->name;
    }
    for (uint32_t i = 0; has_memory && i < profile->samples.count; i++)
        add_sample(rows->items, of, profile, i, met);
    free(met);
    if (has_memory)
        settle(rows);
    return has_memory;
}

bool watch_rows_init(struct watch_rows *rows, const struct profile *profile,
                     enum profile_granularity granularity)
{
    struct profile_rows of;
    *rows = (struct watch_rows){.count = 0};
    for (int i = 0; i < PROFILE_VALUES; i++)
        rows->totals[i] = profile_total(profile, i);
    bool is_done = profile_rows_init(&of, profile, granularity) && fill(rows, &of, profile);
    profile_rows_deinit(&of);
    return is_done;
}

void watch_rows_deinit(struct watch_rows *rows)
{
    for (uint32_t i = 0; i < rows->count; i++)
        row_deinit(&rows->items[i]);
    free(rows->items);
    *rows = (struct watch_rows){.count = 0};
}

const struct watch_row *watch_rows_find(const struct watch_rows *rows, const char *label)
{
    const struct watch_row key = {.label = (char *)(uintptr_t)label};
    return rows->count ? bsearch(&key, rows->items, rows->count, sizeof *rows->items, by_label)
                       : NULL;
}
