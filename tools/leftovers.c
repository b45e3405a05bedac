/* SPDX-License-Identifier: Apache-2.0
 *
 * Prints what `memprof collect` finds when nothing is asked of it.
 */
#include "tools/leftovers.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "tools/cli.h"
#include "tools/quantity.h"

static const char *condition(const struct state_entry *entry)
{
    if (!entry->is_valid)
        return "unreadable";
    return entry->is_live ? "running" : "dead";
}

static const char *program(const struct state_entry *entry)
{
    const char *exe = entry->is_valid && entry->exe ? entry->exe : "?";
    const char *slash = strrchr(exe, '/');
    return slash ? slash + 1 : exe;
}

#define MANY 100 /* a tenth of what stops a process from recording */

/* Nobody else says that they pile up until there is no room for more. */
static void print_sum(const struct state_list *states)
{
    char size[QUANTITY_TEXT];
    uint64_t bytes = 0;
    for (size_t i = 0; i < states->count; i++)
        bytes += states->entries[i].disk_bytes;
    if (states->count >= MANY)
        printf("%zu states, %s: from %d in a directory, or a quarter of its file system, no process"
               " records; try 'memprof collect --all' or '--prune'\n",
               states->count, quantity_bytes(size, bytes), 10 * MANY);
}

static void print_entry(const struct state_entry *entry, int width)
{
    char age[QUANTITY_TEXT], size[QUANTITY_TEXT], pid[QUANTITY_TEXT] = "?";
    if (entry->is_valid)
        snprintf(pid, sizeof pid, "%" PRIu32, entry->pid);
    printf("%8s  ", pid);
    cli_put(program(entry), width);
    printf(" %5s %10s %8" PRIu64 "  %-10s  ", quantity_age(age, entry->age_ns / 1000000000),
           quantity_bytes(size, entry->disk_bytes), entry->samples, condition(entry));
    cli_put(entry->path, 0);
    putchar('\n');
}

void leftovers_print(const struct state_list *states)
{
    int width = (int)strlen("PROGRAM");
    if (states->count == 0) {
        puts("No states found: no profiled process is running, and none was killed.");
        return;
    }
    for (size_t i = 0; i < states->count; i++) {
        int length = (int)strnlen(program(&states->entries[i]), 40);
        width = length > width ? length : width;
    }
    printf("%8s  %-*s %5s %10s %8s  %-10s  %s\n", "PID", width, "PROGRAM", "AGE", "SIZE", "SAMPLES",
           "PROCESS", "STATE");
    for (size_t i = 0; i < states->count; i++)
        print_entry(&states->entries[i], width);
    print_sum(states);
}
