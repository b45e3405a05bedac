/* SPDX-License-Identifier: Apache-2.0
 *
 * Sums, trims and orders rows.
 */
#include "tools/table.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define NODE_FRACTION 0.005 /* of the sum of flat values; pprof's default */

static int compare_names(const void *left, const void *right)
{
    const struct profile_row *l = left, *r = right;
    return strcmp(l->name, r->name);
}

/* By |flat|, then name: pprof's order. */
static int compare_values(const void *left, const void *right)
{
    const struct profile_row *l = left, *r = right;
    if (llabs(l->flat) != llabs(r->flat))
        return llabs(l->flat) > llabs(r->flat) ? -1 : 1;
    return strcmp(l->name, r->name);
}

static void sort(struct table *table, int (*compare)(const void *, const void *))
{
    if (table->count)
        qsort(table->rows, table->count, sizeof *table->rows, compare);
}

static struct error *append(struct table *table, const struct profile *profile, int type)
{
    struct profile_table part;
    struct error *error = profile_table_create(profile, type, &part);
    if (error)
        return error;
    size_t count = table->count + part.count;
    struct profile_row *rows = count ? realloc(table->rows, count * sizeof *rows) : table->rows;
    if (count && !rows) {
        error = error_no_memory();
    } else if (count) {
        memcpy(rows + table->count, part.rows, part.count * sizeof *rows);
        table->rows = rows;
        table->count = count;
        table->total += part.total;
    }
    profile_table_destroy(&part);
    return error;
}

static void sum_equal_names(struct table *table)
{
    size_t count = 0;
    sort(table, compare_names);
    for (size_t i = 0; i < table->count; i++) {
        struct profile_row *last = count ? &table->rows[count - 1] : NULL;
        const struct profile_row *row = &table->rows[i];
        if (last && strcmp(last->name, row->name) == 0) {
            last->flat += row->flat;
            last->cumulative += row->cumulative;
            last->is_inlined = last->is_inlined && row->is_inlined;
        } else {
            table->rows[count++] = *row;
        }
    }
    table->count = count;
}

static void drop_small(struct table *table)
{
    int64_t sum = 0;
    size_t count = 0;
    for (size_t i = 0; i < table->count; i++)
        sum += table->rows[i].flat;
    int64_t cutoff = llabs((int64_t)((double)sum * NODE_FRACTION));
    for (size_t i = 0; i < table->count; i++)
        if (llabs(table->rows[i].cumulative) >= cutoff)
            table->rows[count++] = table->rows[i];
    table->dropped = table->count - count;
    table->cutoff = llabs((int64_t)((double)table->total * NODE_FRACTION));
    table->count = count;
}

struct error *table_create(struct table *table, struct profile *const *profiles, size_t count,
                           const char *type, size_t limit)
{
    *table = (struct table){.rows = NULL};
    for (size_t i = 0; i < count; i++) {
        int index = type ? profile_find_type(profiles[i], type) : profile_default_type(profiles[i]);
        struct error *error = index < 0
                                  ? error_create("no values named '%s'", type ? type : "anything")
                                  : append(table, profiles[i], index);
        if (error) {
            table_destroy(table);
            return error;
        }
    }
    sum_equal_names(table);
    drop_small(table);
    sort(table, compare_values);
    table->kept = table->count;
    if (limit && table->count > limit)
        table->count = limit;
    return NULL;
}

void table_destroy(struct table *table)
{
    free(table->rows);
    *table = (struct table){.rows = NULL};
}
