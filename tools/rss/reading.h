/* SPDX-License-Identifier: Apache-2.0
 *
 * What `memprof rss` knows of a process.
 */
#ifndef MEMPROF_TOOLS_RSS_READING_H
#define MEMPROF_TOOLS_RSS_READING_H

#include "collector/base/error.h"
#include "collector/memory/memory.h"
#include "collector/profile/statistics.h"
#include "tools/argument.h"

#include <stdbool.h>
#include <stdint.h>

/* A variable of a module. */
struct rss_symbol {
    char *name;
    const struct memory_module *module;
    uint64_t bytes, rss;
    bool is_bss;
};

struct rss {
    struct memory memory;
    char *program; /* its name, or "" */
    /* Of one that memprof records: what is live, with its interval, and what follows from that. */
    bool is_recorded, is_exact;
    uint64_t live;
    struct interval live_interval;
    struct memory_sizes allocator; /* what has the blocks in it */
    double held, share;            /* resident and not live; live for each resident byte */
    struct interval held_interval, share_interval;
    struct rss_symbol *symbols; /* the largest first; NULL: not asked for */
    size_t symbol_count;
    size_t exported_only; /* modules whose symbols were stripped */
};

/* Without symbols.  rss_deinit() it in any case. */
struct error *rss_read(struct rss *rss, const struct argument *argument);
void rss_deinit(struct rss *rss);

/* "glibc", or the name of another allocator. */
const char *rss_allocator(const struct rss *rss);

/* The sums of a module's data and bss, and of all four of its kinds. */
struct memory_sizes rss_variables_of(const struct memory_module_sums *module);
struct memory_sizes rss_all_of(const struct memory_module_sums *module);
/* The modules by their index, the one whose data and bss take most first.  The caller frees the
 * array; NULL: no memory. */
size_t *rss_order_of_modules(const struct rss *rss);

extern const char *const rss_kind_keys[MEMORY_KINDS];  /* for programs */
extern const char *const rss_kind_names[MEMORY_KINDS]; /* for people */

#endif
