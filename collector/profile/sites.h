/* SPDX-License-Identifier: Apache-2.0
 *
 * The call sites of several runs in one table, by canonical names, so that runs of different
 * builds can be compared.  A site is its path of functions from the outermost to the one that
 * allocates; a cycle of recursion counts once.
 */
#ifndef MEMPROF_COLLECTOR_PROFILE_SITES_H
#define MEMPROF_COLLECTOR_PROFILE_SITES_H

#include "collector/profile/profile.h"

#include <stdlib.h>

/* A function of a module. */
struct site_function {
    uint32_t name, module; /* texts */
    uint32_t shown;        /* text: the name as the profile has it that was read first */
    uint32_t file;         /* text, of the run that was read last; 0: not known */
    int32_t line;          /* of the first call seen in it, in that run; 0: not known */
};

/* Lines of a path, in the run that was read last of those that have it: of the largest sample. */
struct site_line {
    int32_t line, caller_line;   /* see site_table_line(); 0: not known */
    float weight, caller_weight; /* of alloc_space; < 0: not yet seen in this run */
};

/* Sums of what runs have, by enum profile_value, and the part of it that is estimated from marks
 * (with interval 1 there is none).  A mark of the sampling stands for an interval of bytes, and for
 * as many objects as fit into it: `squares` are the sums, over the marks, of that number squared,
 * of all objects and of those in use. */
struct site_sums {
    double values[PROFILE_VALUES], sampled[PROFILE_VALUES], squares[2];
};

/* The same of one site in one run.  There are many of these, and what only errors follow from
 * needs no more than 24 bits. */
struct site_values {
    double values[PROFILE_VALUES];
    float sampled[PROFILE_VALUES], squares[2];
};

/* How the marks of a run fall. */
enum site_sampling {
    SITE_EXACT,      /* there are none: interval 1 */
    SITE_STRATIFIED, /* one in each interval of a thread's bytes: memprof's */
    SITE_POISSON,    /* independently of each other: Go's, or not known to be otherwise */
};

struct site_run {
    const char *name; /* of the file; the caller's */
    double interval;  /* bytes; 1: exact */
    enum site_sampling sampling;
    bool has_sizes; /* its labels tell the size of objects */
    bool has_seed;  /* that its samples follow from */
    uint64_t seed, threads;
    int64_t time_ns;
    struct site_sums total;
};

/* Room for one more record of a pool; false: no memory. */
static inline bool site_table_grow(void **items, uint32_t count, uint32_t *capacity, size_t bytes)
{
    if (count < *capacity)
        return true;
    uint32_t wanted = *capacity ? *capacity * 2 : 64;
    void *moved = wanted > *capacity ? realloc(*items, wanted * bytes) : NULL;
    if (!moved)
        return false;
    *items = moved;
    *capacity = wanted;
    return true;
}
#define SITE_TABLE_GROW(pool)                                                                      \
    site_table_grow((void **)&(pool)->items, (pool)->count, &(pool)->capacity,                     \
                    sizeof(*(pool)->items))

#define SITE_BLOCK 256u /* sites; blocks stay where they are, and grow by no more than that */

struct site_table {
    /* Texts are its strings.  A path is one of its nodes, whose location is the function: the
     * outermost has parent 0, and a parent comes before its children. */
    struct profile *names;
    PROFILE_POOL(struct site_function) functions; /* by function of `names` */
    PROFILE_POOL(uint32_t) site_paths;            /* by site, from 1 on */
    PROFILE_POOL(uint32_t) path_sites;            /* by path; 0: none has exactly this path */
    PROFILE_POOL(struct site_line) path_lines;    /* by path */
    PROFILE_POOL(struct site_run) runs;
    PROFILE_POOL(struct site_values *) values; /* blocks of SITE_BLOCK sites, each [site][run] */
    uint32_t run_capacity;
    bool fold_templates;
};

/* Room for `runs` runs.  False: no memory.  site_table_deinit() it in any case. */
bool site_table_init(struct site_table *table, uint32_t runs, bool fold_templates);
void site_table_deinit(struct site_table *table);

/* Each once, by name and module, with file and line as they were given last; UINT32_MAX: no
 * memory. */
uint32_t site_table_intern_function(struct site_table *table, const struct site_function *function);
/* The site of a path, made if need be. */
uint32_t site_table_site(struct site_table *table, uint32_t path);

static inline const char *site_table_text(const struct site_table *table, uint32_t text)
{
    return profile_string(table->names, text);
}
static inline uint32_t site_table_parent(const struct site_table *table, uint32_t path)
{
    return table->names->nodes.items[path].parent;
}
/* The line of its innermost function that allocates, and that of the function around it that calls
 * it; 0: not known. */
static inline int32_t site_table_line(const struct site_table *table, uint32_t path)
{
    return path < table->path_lines.count ? table->path_lines.items[path].line : 0;
}
static inline int32_t site_table_caller_line(const struct site_table *table, uint32_t path)
{
    return path < table->path_lines.count ? table->path_lines.items[path].caller_line : 0;
}
/* The innermost one of a path. */
static inline uint32_t site_table_function(const struct site_table *table, uint32_t path)
{
    return table->names->nodes.items[path].location;
}
static inline struct site_values *site_table_values(const struct site_table *table, uint32_t site,
                                                    uint32_t run)
{
    return &table->values
                .items[site / SITE_BLOCK][(size_t)(site % SITE_BLOCK) * table->run_capacity + run];
}

#endif
