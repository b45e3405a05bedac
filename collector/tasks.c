/* SPDX-License-Identifier: Apache-2.0 */
#include "collector/tasks.h"

#include <stdlib.h>

static const struct symbol_calls *sorting; /* qsort() passes no argument on to the comparison */

static int by_module(const void *left, const void *right)
{
    uint32_t a = *(const uint32_t *)left, b = *(const uint32_t *)right;
    uint32_t first = symbol_calls_module(sorting, a), second = symbol_calls_module(sorting, b);
    if (first != second)
        return first < second ? -1 : 1;
    uint64_t from = sorting->profile->locations.items[a].address;
    uint64_t to = sorting->profile->locations.items[b].address;
    return from < to ? -1 : from > to;
}

static bool is_wanted(const struct symbol_calls *calls, uint32_t location)
{
    return symbol_calls_module(calls, location) != 0 &&
           (calls->profile->locations.items[location].line_count == 0 ||
            !calls->items[location].is_known || symbol_calls_wants_chains(calls, location));
}

/* Makes a task for each module that has such locations. */
bool tasks_make(struct symbol_work *work, const struct mappings *mappings, uint32_t **order,
                uint32_t *order_count)
{
    uint32_t count = work->profile->locations.count, total = 0;
    *order = malloc(((size_t)count + 1) * sizeof(**order));
    work->tasks = calloc((size_t)mappings->module_count + 1, sizeof(*work->tasks));
    if (!*order || !work->tasks)
        return false;
    for (uint32_t i = 1; i < count; i++)
        if (is_wanted(work->calls, i))
            (*order)[total++] = i;
    sorting = work->calls;
    qsort(*order, total, sizeof(**order), by_module);
    struct symbol_task *task = NULL;
    for (uint32_t i = 0; i < total; i++) {
        uint32_t module = symbol_calls_module(work->calls, (*order)[i]);
        if (!task || task->module != module) {
            task = &work->tasks[work->task_count++];
            *task = (struct symbol_task){module, i, 0, SYMBOL_LEVEL_DWARF};
        }
        task->count++;
    }
    work->order = *order;
    *order_count = total;
    return true;
}
