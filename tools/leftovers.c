/* SPDX-License-Identifier: Apache-2.0
 *
 * Prints the states that `memprof collect` lists when it has no arguments.
 */
#include "tools/leftovers.h"

#include <inttypes.h>
#include <stdio.h>

#include "collector/base/path.h"
#include "tools/columns.h"
#include "tools/measure.h"

static const char *condition(const struct state_entry *entry)
{
    if (!entry->is_valid)
        return "unreadable";
    if (entry->is_unknown)
        return "unknown";
    return entry->is_live ? "running" : "dead";
}

#define MANY 100 /* a tenth of the number at which processes stop recording */

/* Warns of many states: nothing else does, before new processes are not recorded any more. */
static void print_sum(const struct state_list *states)
{
    char size[MEASURE_TEXT];
    uint64_t bytes = 0;
    for (size_t i = 0; i < states->count; i++)
        bytes += states->entries[i].disk_bytes;
    if (states->count >= MANY)
        printf("%zu states, %s: from %d in a directory, or a quarter of its file system, no process"
               " records; try 'memprof collect --all' or '--prune'\n",
               states->count, measure_bytes(size, bytes), 10 * MANY);
}

static void add_entry(struct columns *columns, const struct state_entry *entry)
{
    char text[MEASURE_TEXT] = "?";
    if (entry->is_valid)
        snprintf(text, sizeof text, "%" PRIu32, entry->pid);
    columns_add(columns, text);
    columns_add(columns, path_base(entry->is_valid && entry->exe ? entry->exe : "?"));
    columns_add(columns, measure_age(text, entry->age_ns / 1000000000));
    columns_add(columns, measure_bytes(text, entry->disk_bytes));
    snprintf(text, sizeof text, "%" PRIu64, entry->samples);
    columns_add(columns, text);
    columns_add(columns, condition(entry));
    columns_add(columns, entry->path);
}

void leftovers_print(const struct state_list *states)
{
    static const struct column shape[] = {
        {"PID", COLUMN_RIGHT, 8, 0},     {"PROGRAM", COLUMN_LEFT, 0, 40},
        {"AGE", COLUMN_RIGHT, 4, 0},     {"SIZE", COLUMN_RIGHT, 9, 0},
        {"SAMPLES", COLUMN_RIGHT, 7, 0}, {"PROCESS", COLUMN_LEFT, 10, 0},
        {"STATE", COLUMN_LEFT, 0, 0},
    };
    struct columns columns;
    if (states->count == 0) {
        puts("No states found: no profiled process is running, and none was killed.");
        return;
    }
    columns_init(&columns, shape, sizeof shape / sizeof *shape, "");
    for (size_t i = 0; i < states->count; i++)
        add_entry(&columns, &states->entries[i]);
    columns_print(&columns, stdout);
    columns_deinit(&columns);
    print_sum(states);
}
