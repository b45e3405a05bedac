/* SPDX-License-Identifier: Apache-2.0
 *
 * The numbers of `go tool pprof -top`: a function's flat value is that of the
 * samples whose leaf it is, its cumulative one that of all stacks it is in.
 */
#include "collector/profile.h"
#include "collector/prune.h"

#include <stdlib.h>
#include <string.h>

struct row {
    int64_t flat, cumulative;
    uint32_t seen_in;           /* the last sample + 1 */
    bool is_used, was_compiled; /* compiled: seen as a function of its own */
};

struct tabulation {
    const struct profile *profile;
    struct prune prune;
    struct row *rows; /* by name; 0: no name */
    uint32_t *stack;  /* locations of the sample at hand, leaf first */
    uint32_t depth, capacity;
};

/* False: no memory. */
static bool read_stack(struct tabulation *at, uint32_t leaf)
{
    const struct profile *profile = at->profile;
    at->depth = 0;
    for (uint32_t node = leaf; node != 0 && node < profile->nodes.count;
         node = profile->nodes.items[node].parent) {
        if (at->depth == at->capacity) {
            uint32_t capacity = at->capacity ? at->capacity * 2 : 256;
            uint32_t *moved = realloc(at->stack, (size_t)capacity * sizeof(*moved));
            if (!moved)
                return false;
            at->stack = moved;
            at->capacity = capacity;
        }
        at->stack[at->depth++] = profile->nodes.items[node].location;
    }
    return true;
}

static struct row *row_of_line(struct tabulation *at, const struct profile_location *location,
                               uint32_t line)
{
    uint32_t name = 0;
    if (line < location->line_count) {
        uint32_t function = at->profile->lines.items[location->line_first + line].function;
        name = at->profile->functions.items[function].name;
    }
    return &at->rows[name];
}

static void add_sample(struct tabulation *at, uint32_t sample, int64_t value)
{
    struct row *leaf = NULL;
    uint32_t hidden = prune_stack(&at->prune, at->profile, at->stack, at->depth);
    for (uint32_t i = at->depth; i-- > hidden;) {
        const struct profile_location *location = &at->profile->locations.items[at->stack[i]];
        uint32_t first = at->prune.hidden_lines[at->stack[i]];
        uint32_t count = location->line_count ? location->line_count : 1;
        if (first >= count)
            first = 0; /* hidden whole, but outside of all that is not */
        for (uint32_t line = count; line-- > first;) {
            leaf = row_of_line(at, location, line);
            leaf->is_used = true;
            leaf->was_compiled |= line + 1 == count;
            if (leaf->seen_in != sample + 1)
                leaf->cumulative = (int64_t)((uint64_t)leaf->cumulative + (uint64_t)value);
            leaf->seen_in = sample + 1;
        }
    }
    if (leaf)
        leaf->flat = (int64_t)((uint64_t)leaf->flat + (uint64_t)value);
}

static uint64_t magnitude(int64_t value)
{
    return value < 0 ? -(uint64_t)value : (uint64_t)value;
}

static int by_value(const void *left, const void *right)
{
    const struct profile_row *a = left, *b = right;
    if (magnitude(a->flat) != magnitude(b->flat))
        return magnitude(a->flat) > magnitude(b->flat) ? -1 : 1;
    return strcmp(a->name, b->name);
}

static bool copy_rows(const struct tabulation *at, struct profile_table *table)
{
    uint32_t strings = at->profile->strings.count;
    size_t count = 0;
    for (uint32_t i = 0; i < strings; i++)
        count += at->rows[i].is_used;
    table->rows = malloc((count + 1) * sizeof(*table->rows));
    if (!table->rows)
        return false;
    for (uint32_t i = 0; i < strings; i++) {
        const struct row *row = &at->rows[i];
        if (row->is_used)
            table->rows[table->count++] =
                (struct profile_row){i ? profile_string(at->profile, i) : "<unknown>",
                                     !row->was_compiled, row->flat, row->cumulative};
    }
    qsort(table->rows, table->count, sizeof(*table->rows), by_value);
    return true;
}

static bool tabulate(struct tabulation *at, int type, struct profile_table *table)
{
    const struct profile *profile = at->profile;
    at->rows = calloc(profile->strings.count, sizeof(*at->rows));
    if (!at->rows || !prune_init(&at->prune, profile))
        return false;
    for (uint32_t i = 0; i < profile->samples.count; i++) {
        int64_t value = profile->values.items[(size_t)i * profile->types.count + (size_t)type];
        if (value == 0)
            continue;
        table->total = (int64_t)((uint64_t)table->total + magnitude(value));
        if (!read_stack(at, profile->samples.items[i].node))
            return false;
        add_sample(at, i, value);
    }
    return copy_rows(at, table);
}

struct error *profile_table_create(const struct profile *profile, int type,
                                   struct profile_table *table)
{
    struct tabulation at = {.profile = profile};
    *table = (struct profile_table){0};
    if (type < 0 || (uint32_t)type >= profile->types.count)
        return error_create("cannot make a table: the profile has no such values");
    bool has_memory = tabulate(&at, type, table);
    prune_deinit(&at.prune);
    free(at.rows);
    free(at.stack);
    return has_memory ? NULL : error_create("cannot make a table: out of memory");
}

void profile_table_destroy(struct profile_table *table)
{
    free(table->rows);
    *table = (struct profile_table){0};
}
