/* SPDX-License-Identifier: Apache-2.0 */
#include "tools/rss/print.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "tools/json.h"

#define SCHEMA         "memprof rss"
#define SCHEMA_VERSION 1

static void put_sizes(const struct memory_sizes *sizes)
{
    printf("\"rss\": %" PRIu64 ", \"pss\": %" PRIu64 ", \"private_dirty\": %" PRIu64
           ", \"swap\": %" PRIu64 ", \"huge\": %" PRIu64 ", \"mapped\": %" PRIu64,
           sizes->rss, sizes->pss, sizes->dirty, sizes->swap, sizes->huge, sizes->mapped);
}

static void put_rows(const struct memory *memory)
{
    fputs(",\n \"rows\": [", stdout);
    for (int kind = 0; kind < MEMORY_KINDS; kind++) {
        const struct memory_kind_sums *sums = &memory->kinds[kind];
        printf("%s\n  {\"kind\": \"%s\", ", kind ? "," : "", rss_kind_keys[kind]);
        put_sizes(&sums->sizes);
        printf(", \"likely_rss\": %" PRIu64 ", \"ranges\": %zu}", sums->likely, sums->count);
    }
    fputs("\n ],\n \"total\": {", stdout);
    put_sizes(&memory->total);
    printf(", \"hugetlb\": %" PRIu64 "}", memory->total.hugetlb);
    if (memory->rollup.rss) /* its range of addresses says nothing of what is mapped */
        printf(",\n \"smaps_rollup\": {\"rss\": %" PRIu64 ", \"pss\": %" PRIu64
               ", \"private_dirty\": %" PRIu64 ", \"swap\": %" PRIu64 "}",
               memory->rollup.rss, memory->rollup.pss, memory->rollup.dirty, memory->rollup.swap);
}

static void put_interval(const char *name, struct interval interval)
{
    printf(", \"%sCI\": [%.0f, %.0f]", name, interval.low, interval.high);
}

static void put_allocator(const struct rss *rss)
{
    printf(",\n \"allocator\": {\"name\": \"%s\", \"rss\": %" PRIu64 ", \"mapped\": %" PRIu64,
           rss_allocator(rss), rss->allocator.rss, rss->allocator.mapped);
    if (rss->is_recorded) {
        printf(", \"live\": %" PRIu64, rss->live);
        put_interval("live", rss->live_interval);
        printf(", \"held\": %.0f", rss->held);
        put_interval("held", rss->held_interval);
    }
    if (rss->is_recorded && rss->allocator.rss)
        printf(", \"live_share\": %.6f, \"live_shareCI\": [%.6f, %.6f]", rss->share,
               rss->share_interval.low, rss->share_interval.high);
    putchar('}');
}

static void put_modules(const struct rss *rss)
{
    size_t *order = rss_order_of_modules(rss);
    const char *separator = "";
    fputs(",\n \"modules\": [", stdout);
    for (size_t i = 0; order && i < rss->memory.found.count; i++) {
        const struct memory_module *module = &rss->memory.found.items[order[i]];
        const struct memory_module_sums *sums = &rss->memory.modules[order[i]];
        if (module->is_ours)
            continue;
        printf("%s\n  {\"path\": ", separator);
        json_put_clean(stdout, module->first->name);
        for (int kind = 0; kind < MEMORY_MODULE_KINDS; kind++)
            printf(", \"%s\": {\"rss\": %" PRIu64 ", \"mapped\": %" PRIu64 "}", rss_kind_keys[kind],
                   sums->kinds[kind].rss, sums->kinds[kind].mapped);
        putchar('}');
        separator = ",";
    }
    fputs("\n ]", stdout);
    free(order);
}

static void put_symbols(const struct rss *rss)
{
    fputs(",\n \"symbols\": [", stdout);
    for (size_t i = 0; i < rss->symbol_count; i++) {
        const struct rss_symbol *symbol = &rss->symbols[i];
        printf("%s\n  {\"name\": ", i ? "," : "");
        json_put_clean(stdout, symbol->name);
        fputs(", \"module\": ", stdout);
        json_put_clean(stdout, symbol->module->first->name);
        printf(", \"kind\": \"%s\", \"bytes\": %" PRIu64 ", \"rss\": %" PRIu64 "}",
               symbol->is_bss ? "bss" : "data", symbol->bytes, symbol->rss);
    }
    fputs("\n ]", stdout);
}

void rss_print_json(const struct rss *rss)
{
    printf("{\n \"schema\": \"" SCHEMA "\", \"version\": %d, \"memprof\": \"" MEMPROF_VERSION
           "\",\n \"pid\": %d, \"program\": ",
           SCHEMA_VERSION, (int)rss->memory.pid);
    json_put_clean(stdout, rss->program);
    printf(", \"threads\": %zu", rss->memory.threads);
    put_rows(&rss->memory);
    put_allocator(rss);
    put_modules(rss);
    if (rss->symbols)
        put_symbols(rss);
    puts("\n}");
}
