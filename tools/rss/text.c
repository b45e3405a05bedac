/* SPDX-License-Identifier: Apache-2.0 */
#include "tools/rss/print.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tools/cli.h"
#include "tools/columns.h"
#include "tools/measure.h"

static void add_bytes(struct columns *columns, uint64_t bytes)
{
    char text[MEASURE_TEXT];
    columns_add(columns, bytes ? measure_bytes(text, bytes) : "0");
}

static void add_share(struct columns *columns, uint64_t part, uint64_t whole)
{
    char text[MEASURE_TEXT];
    columns_add(columns, measure_percentage(text, (int64_t)part, (int64_t)whole));
}

/* --- where it is --- */

static const char *note_of(const struct rss *rss, enum memory_kind kind,
                           char text[static 3 * MEASURE_TEXT])
{
    const struct memory_kind_sums *sums = &rss->memory.kinds[kind];
    char likely[MEASURE_TEXT];
    int length = 0;
    text[0] = '\0';
    if (kind == MEMORY_THREAD_STACKS)
        length = snprintf(text, 3 * MEASURE_TEXT, "%zu, of %zu threads", sums->count,
                          rss->memory.threads);
    else if (kind == MEMORY_HEAP)
        length = snprintf(text, 3 * MEASURE_TEXT, "%s's", rss_allocator(rss));
    else if (kind == MEMORY_ARENAS)
        length = snprintf(text, 3 * MEASURE_TEXT, "glibc's, %zu heaps", sums->count);
    else if (kind == MEMORY_BLOCKS)
        length = snprintf(text, 3 * MEASURE_TEXT, "glibc's, each mapped by itself");
    else if (kind == MEMORY_ALLOCATOR)
        length = snprintf(text, 3 * MEASURE_TEXT, "%s's", rss_allocator(rss));
    if (sums->likely)
        snprintf(text + length, 3 * MEASURE_TEXT - (size_t)length, "%s%s of it likely",
                 length ? "; " : "", measure_bytes(likely, sums->likely));
    return text;
}

static void add_row(struct columns *columns, const char *name, const struct memory_sizes *sizes,
                    uint64_t total, const char *note)
{
    columns_add(columns, name);
    add_bytes(columns, sizes->rss);
    add_share(columns, sizes->rss, total);
    add_bytes(columns, sizes->pss);
    add_bytes(columns, sizes->dirty);
    add_bytes(columns, sizes->swap);
    add_bytes(columns, sizes->huge);
    add_bytes(columns, sizes->mapped);
    columns_add(columns, note);
}

static void put_kinds(const struct rss *rss)
{
    static const struct column shape[] = {
        {"WHERE", COLUMN_LEFT, 0, 0}, {"RSS", COLUMN_RIGHT, 0, 0},    {"%", COLUMN_RIGHT, 0, 0},
        {"PSS", COLUMN_RIGHT, 0, 0},  {"DIRTY", COLUMN_RIGHT, 0, 0},  {"SWAP", COLUMN_RIGHT, 0, 0},
        {"HUGE", COLUMN_RIGHT, 0, 0}, {"MAPPED", COLUMN_RIGHT, 0, 0}, {"", COLUMN_LEFT, 0, 0}};
    const struct memory *memory = &rss->memory;
    struct columns columns;
    columns_init(&columns, shape, sizeof shape / sizeof *shape, "  ");
    for (int kind = 0; kind < MEMORY_KINDS; kind++) {
        const struct memory_kind_sums *sums = &memory->kinds[kind];
        char note[3 * MEASURE_TEXT];
        if (sums->sizes.mapped || sums->sizes.rss)
            add_row(&columns, rss_kind_names[kind], &sums->sizes, memory->total.rss,
                    note_of(rss, kind, note));
    }
    add_row(&columns, "sum", &memory->total, memory->total.rss, "");
    columns_print(&columns, stdout);
    columns_deinit(&columns);
    if (memory->total.hugetlb) {
        char text[MEASURE_TEXT];
        printf("  and %s in pages of hugetlbfs, which no resident set counts\n",
               measure_bytes(text, memory->total.hugetlb));
    }
}

/* --- what is live of it --- */

static void put_range(struct interval interval)
{
    char low[MEASURE_TEXT], high[MEASURE_TEXT];
    printf(" (%s to %s)", measure_bytes(low, (uint64_t)interval.low),
           measure_bytes(high, (uint64_t)interval.high));
}

static void put_live(const struct rss *rss)
{
    char text[MEASURE_TEXT];
    if (!rss->is_recorded) {
        puts("What of it is live is not known: memprof does not record this process.");
        return;
    }
    printf("Of the allocator's (%s) %s ", rss_allocator(rss),
           measure_bytes(text, rss->allocator.rss));
    printf("%s", measure_bytes(text, rss->live));
    if (!rss->is_exact)
        put_range(rss->live_interval);
    printf(" are live, and %s", measure_bytes(text, (uint64_t)rss->held));
    if (!rss->is_exact)
        put_range(rss->held_interval);
    fputs(" held", stdout);
    if (rss->allocator.rss)
        printf(": %.0f %% live", 100 * rss->share);
    if (rss->allocator.rss && !rss->is_exact)
        printf(" (%.0f to %.0f)", 100 * rss->share_interval.low, 100 * rss->share_interval.high);
    puts(".");
    if (rss->live > rss->allocator.rss)
        puts("Some of what is live is not resident: it was never touched, or is swapped out.");
}

/* --- modules, and their variables --- */

static void put_modules(const struct rss *rss, size_t most)
{
    static const struct column shape[] = {{"TEXT", COLUMN_RIGHT, 10, 0},
                                          {"CONSTANTS", COLUMN_RIGHT, 10, 0},
                                          {"DATA", COLUMN_RIGHT, 10, 0},
                                          {"BSS", COLUMN_RIGHT, 10, 0},
                                          {"MODULE", COLUMN_LEFT, 0, 0}};
    struct columns columns;
    size_t *order = rss_order_of_modules(rss), shown = 0;
    columns_init(&columns, shape, sizeof shape / sizeof *shape, "  ");
    for (size_t i = 0; order && i < rss->memory.found.count && shown < most; i++) {
        const struct memory_module *module = &rss->memory.found.items[order[i]];
        const struct memory_module_sums *sums = &rss->memory.modules[order[i]];
        if (module->is_ours)
            continue;
        for (int kind = 0; kind < MEMORY_MODULE_KINDS; kind++)
            add_bytes(&columns, sums->kinds[kind].rss);
        columns_add(&columns, module->first->name);
        shown++;
    }
    columns.has_failed |= order == NULL;
    printf("Resident, of modules, the most data and bss first%s:\n",
           shown < rss->memory.found.count ? "; --count shows more" : "");
    columns_print(&columns, stdout);
    columns_deinit(&columns);
    free(order);
}

static void put_symbols(const struct rss *rss)
{
    static const struct column shape[] = {{"SIZE", COLUMN_RIGHT, 10, 0},
                                          {"RSS", COLUMN_RIGHT, 10, 0},
                                          {"IN", COLUMN_LEFT, 0, 0},
                                          {"VARIABLE", COLUMN_LEFT, 0, 60},
                                          {"MODULE", COLUMN_LEFT, 0, 0}};
    struct columns columns;
    columns_init(&columns, shape, sizeof shape / sizeof *shape, "  ");
    for (size_t i = 0; i < rss->symbol_count; i++) {
        const struct rss_symbol *symbol = &rss->symbols[i];
        add_bytes(&columns, symbol->bytes);
        add_bytes(&columns, symbol->rss);
        columns_add(&columns, symbol->is_bss ? "bss" : "data");
        columns_add(&columns, symbol->name);
        columns_add(&columns, symbol->module->first->name);
    }
    puts("Variables, the most resident first:");
    columns_print(&columns, stdout);
    columns_deinit(&columns);
    if (rss->exported_only)
        printf("  (of %zu modules only those that are exported: their symbols were stripped, and "
               "no debug file is installed)\n",
               rss->exported_only);
}

void rss_print_text(const struct rss *rss, size_t modules)
{
    char text[MEASURE_TEXT];
    cli_put(*rss->program ? rss->program : "process", 0);
    printf(" (pid %d): %s resident\n", (int)rss->memory.pid,
           measure_bytes(text, rss->memory.total.rss));
    put_kinds(rss);
    put_live(rss);
    put_modules(rss, modules);
    if (rss->symbols)
        put_symbols(rss);
}
