/* SPDX-License-Identifier: Apache-2.0 */
#include "tools/ps/selection.h"

#include <stdlib.h>
#include <string.h>

#include "collector/roster_kin.h"
#include "tools/quantity.h"

const char *ps_life_name(enum roster_life life)
{
    switch (life) {
    case ROSTER_RUNNING:
        return "running";
    case ROSTER_ENDED:
        return "ended";
    case ROSTER_UNKNOWN:
        break;
    }
    return "unknown";
}

bool ps_is_wanted(const struct roster_entry *entry, const struct ps_wanted *wanted)
{
    pid_t pid;
    if (!wanted->with_ended && (entry->fault || entry->life == ROSTER_ENDED))
        return false;
    for (size_t i = 0; i < wanted->name_count; i++)
        if (quantity_parse_pid(wanted->names[i], &pid) ? (uint32_t)pid == roster_pid(entry)
                                                       : roster_has_name(entry, wanted->names[i]))
            return true;
    return wanted->name_count == 0;
}

/* Orders the largest first, and what cannot be read last. */
static int by_bytes(const void *left, const void *right)
{
    const struct ps_row *a = left, *b = right;
    if ((a->entry->fault != NULL) != (b->entry->fault != NULL))
        return a->entry->fault ? 1 : -1;
    if (a->tree_bytes != b->tree_bytes)
        return a->tree_bytes > b->tree_bytes ? -1 : 1;
    uint32_t first = roster_pid(a->entry), second = roster_pid(b->entry);
    if (first != second)
        return first < second ? -1 : 1;
    return strcmp(a->entry->path, b->entry->path);
}

/* ---- trees ---- */

struct ps_tree {
    const struct ps_list *sorted;
    size_t *parents; /* index in `sorted`; SIZE_MAX: none of the list */
    struct ps_row *rows;
    size_t count;
};

static size_t index_of(const struct ps_list *list, const struct roster_entry *entry)
{
    for (size_t i = 0; i < list->count; i++)
        if (list->rows[i].entry == entry)
            return i;
    return SIZE_MAX;
}

/* The closest ancestor that is in the list. */
static size_t parent_of(const struct ps_list *list, const struct roster *roster, size_t row)
{
    const struct roster_entry *entry = list->rows[row].entry;
    for (size_t i = 0; i <= roster->count; i++) {
        entry = roster_parent(roster, entry);
        size_t index = entry ? index_of(list, entry) : SIZE_MAX;
        if (!entry || index == row) /* a circle: pids were given to new processes meanwhile */
            return SIZE_MAX;
        if (index != SIZE_MAX)
            return index;
    }
    return SIZE_MAX;
}

static void add_to_ancestors(struct ps_list *list, const size_t *parents, size_t row)
{
    size_t at = parents[row];
    for (size_t i = 0; i < list->count && at != SIZE_MAX; i++, at = parents[at]) {
        list->rows[at].tree_bytes += vitals_live_bytes(&list->rows[row].entry->vitals);
        list->rows[at].tree_objects += vitals_live_objects(&list->rows[row].entry->vitals);
    }
}

static void place(struct ps_tree *tree, size_t row, size_t depth)
{
    tree->rows[tree->count] = tree->sorted->rows[row];
    tree->rows[tree->count++].depth = depth;
    for (size_t i = 0; i < tree->sorted->count; i++)
        if (tree->parents[i] == row && tree->count < tree->sorted->count)
            place(tree, i, depth + 1);
}

static bool make_tree(struct ps_list *list, const struct roster *roster)
{
    struct ps_tree tree = {.sorted = list,
                           .parents = calloc(list->count + 1, sizeof *tree.parents),
                           .rows = calloc(list->count + 1, sizeof *tree.rows)};
    if (!tree.parents || !tree.rows) {
        free(tree.parents);
        free(tree.rows);
        return false;
    }
    for (size_t i = 0; i < list->count; i++)
        tree.parents[i] = parent_of(list, roster, i);
    for (size_t i = 0; i < list->count; i++)
        add_to_ancestors(list, tree.parents, i);
    qsort(list->rows, list->count, sizeof *list->rows, by_bytes);
    for (size_t i = 0; i < list->count; i++) /* their order has changed */
        tree.parents[i] = parent_of(list, roster, i);
    for (size_t i = 0; i < list->count; i++)
        if (tree.parents[i] == SIZE_MAX)
            place(&tree, i, 0);
    free(list->rows);
    free(tree.parents);
    list->rows = tree.rows;
    list->count = tree.count;
    return true;
}

bool ps_list_init(struct ps_list *list, const struct roster *roster, const struct ps_wanted *wanted)
{
    *list = (struct ps_list){.rows = calloc(roster->count + 1, sizeof *list->rows)};
    if (!list->rows)
        return false;
    for (size_t i = 0; i < roster->count; i++) {
        const struct roster_entry *entry = &roster->entries[i];
        if (ps_is_wanted(entry, wanted))
            list->rows[list->count++] =
                (struct ps_row){.entry = entry,
                                .tree_bytes = vitals_live_bytes(&entry->vitals),
                                .tree_objects = vitals_live_objects(&entry->vitals)};
    }
    qsort(list->rows, list->count, sizeof *list->rows, by_bytes);
    return !wanted->is_tree || make_tree(list, roster);
}

void ps_list_deinit(struct ps_list *list)
{
    free(list->rows);
    *list = (struct ps_list){.count = 0};
}
