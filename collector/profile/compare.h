/* SPDX-License-Identifier: Apache-2.0
 *
 * Two sides of runs, row by row: in total, by module, by function that allocates, and by call
 * site.  Sites of the two sides are matched in levels, first by their whole path, what is left
 * by ever less of it, so that a frame that one build has and the other has not (inlined, renamed,
 * another C library) does not make one site a new and a gone one.
 */
#ifndef MEMPROF_COLLECTOR_PROFILE_COMPARE_H
#define MEMPROF_COLLECTOR_PROFILE_COMPARE_H

#include "collector/profile/match.h"
#include "collector/profile/sites.h"

enum compare_kind { COMPARE_TOTAL, COMPARE_MODULE, COMPARE_FUNCTION, COMPARE_SITE, COMPARE_KINDS };

struct compare_row {
    enum compare_kind kind;
    enum compare_level level;         /* of a site */
    uint32_t id;                      /* module: text; function; site */
    uint32_t first_site, sites;       /* that were put together */
    bool in_base, in_changed;         /* had samples there */
    uint32_t folded, folded_function; /* site: as in struct site_match */
    uint32_t renamed; /* site: the row of the other side that may be the same; 0: none */
};

struct comparison {
    const struct site_table *table;
    uint32_t base_runs, run_count;         /* the table's first runs are the base's */
    size_t seeds[2];                       /* different ones among the runs of each side */
    PROFILE_POOL(struct compare_row) rows; /* total, modules, functions, sites */
    uint32_t first[COMPARE_KINDS + 1];     /* of each kind */
    uint32_t *row_sites;                   /* a row's are from first_site on, `sites` of them */
    uint32_t *row_of_site;
};

/* The table must outlive it.  False: no memory.  comparison_deinit() it in any case. */
bool comparison_init(struct comparison *comparison, const struct site_table *table,
                     uint32_t base_runs, const struct compare_options *options);
void comparison_deinit(struct comparison *comparison);

/* The sum of some rows' values in one run. */
struct site_sums comparison_sums(const struct comparison *comparison, const uint32_t *rows,
                                 uint32_t count, uint32_t run);

/* The innermost path that has at least nine tenths of the whole change of a value; 0: several
 * share it.  False: no memory. */
bool comparison_blame(const struct comparison *comparison, enum profile_value type, uint32_t *path);

#endif
