/* SPDX-License-Identifier: Apache-2.0 */
#include "tools/rss/reading.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "collector/roster_process.h"
#include "collector/state/liveness.h"
#include "collector/vitals.h"
#include "tools/open.h"

const char *const rss_kind_keys[MEMORY_KINDS] = {
    "text",   "rodata",    "data",    "bss",    "main_stack", "thread_stacks", "heap",  "arenas",
    "blocks", "allocator", "memprof", "shared", "files",      "anonymous",     "kernel"};
const char *const rss_kind_names[MEMORY_KINDS] = {
    "text",          "constants", "data",         "bss",          "main stack",
    "thread stacks", "heap",      "arenas",       "large blocks", "regions",
    "memprof",       "shared",    "mapped files", "anonymous",    "of the kernel"};

const char *rss_allocator(const struct rss *rss)
{
    return rss->memory.allocator ? rss->memory.allocator : "glibc";
}

/* --- what is live --- */

static void derive(struct rss *rss)
{
    double resident = (double)rss->allocator.rss, live = (double)rss->live;
    struct interval at = rss->live_interval;
    rss->held = fmax(resident - live, 0);
    rss->held_interval = (struct interval){fmax(resident - at.high, 0), fmax(resident - at.low, 0)};
    rss->share = live / resident;
    rss->share_interval = (struct interval){at.low / resident, at.high / resident};
}

static struct error *read_live(struct rss *rss, const struct argument *argument)
{
    int fd;
    char *name;
    struct vitals vitals;
    struct error *error = open_state(argument, &fd, &name);
    if (error)
        return error;
    error = vitals_read(&vitals, fd, name, false);
    rss->is_recorded = !error;
    if (!error) {
        rss->live = vitals_live_bytes(&vitals);
        rss->is_exact = vitals.interval_bytes <= 1;
        double low = (double)rss->live - vitals.error_bytes;
        rss->live_interval =
            (struct interval){fmax(low, 0), (double)rss->live + vitals.error_bytes};
    }
    vitals_deinit(&vitals);
    close(fd);
    free(name);
    return error;
}

/* --- modules --- */

struct memory_sizes rss_variables_of(const struct memory_module_sums *module)
{
    struct memory_sizes sum = module->kinds[MEMORY_DATA];
    memory_sizes_add(&sum, &module->kinds[MEMORY_BSS]);
    return sum;
}

struct memory_sizes rss_all_of(const struct memory_module_sums *module)
{
    struct memory_sizes sum = rss_variables_of(module);
    memory_sizes_add(&sum, &module->kinds[MEMORY_TEXT]);
    memory_sizes_add(&sum, &module->kinds[MEMORY_RODATA]);
    return sum;
}

static int by_variables(const void *left, const void *right, void *context)
{
    const struct rss *rss = context;
    size_t a = *(const size_t *)left, b = *(const size_t *)right;
    uint64_t x = rss_variables_of(&rss->memory.modules[a]).rss;
    uint64_t y = rss_variables_of(&rss->memory.modules[b]).rss;
    return x != y ? (x < y) - (x > y) : (a > b) - (a < b);
}

size_t *rss_order_of_modules(const struct rss *rss)
{
    size_t count = rss->memory.found.count;
    size_t *order = calloc(count + 1, sizeof *order);
    for (size_t i = 0; order && i < count; i++)
        order[i] = i;
    if (order)
        qsort_r(order, count, sizeof *order, by_variables, (void *)(uintptr_t)rss);
    return order;
}

/* --- the whole --- */

static struct error *read_mappings(struct rss *rss, pid_t pid)
{
    struct live_mapping mapping = {0};
    struct roster_process process;
    bool has_state = live_find_mapping(pid, &mapping) == 0;
    struct error *error = memory_read(&rss->memory, pid, has_state ? mapping.device : 0,
                                      has_state ? mapping.inode : 0);
    live_mapping_deinit(&mapping);
    rss->is_recorded = has_state;
    if (!error) {
        rss->allocator = memory_of_allocator(&rss->memory);
        rss->program = strdup(roster_process_read(&process, pid) ? process.comm : "");
        if (!rss->program)
            error = error_no_memory();
    }
    return error;
}

struct error *rss_read(struct rss *rss, const struct argument *argument)
{
    *rss = (struct rss){.memory.target.pagemap = -1};
    if (argument->kind == ARGUMENT_FILE || argument->kind == ARGUMENT_DIRECTORY)
        return error_create("%s: is a file or a directory, and no process; try a pid or a name",
                            argument->text);
    if (argument->pid == 0)
        return error_create("%s: /proc does not show its mappings from here; try it where it runs",
                            argument->text);
    struct error *error = read_mappings(rss, argument->pid);
    if (!error && rss->is_recorded)
        error = read_live(rss, argument);
    if (!error && rss->is_recorded)
        derive(rss);
    return error;
}

void rss_deinit(struct rss *rss)
{
    for (size_t i = 0; i < rss->symbol_count; i++)
        free(rss->symbols[i].name);
    free(rss->symbols);
    free(rss->program);
    memory_deinit(&rss->memory);
    *rss = (struct rss){.memory.target.pagemap = -1};
}
