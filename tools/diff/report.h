/* SPDX-License-Identifier: Apache-2.0
 *
 * What `memprof diff` found: every format prints from this.
 */
#ifndef MEMPROF_TOOLS_DIFF_REPORT_H
#define MEMPROF_TOOLS_DIFF_REPORT_H

#include "tools/diff/gates.h"
#include "tools/diff/repository.h"
#include "tools/diff/sides.h"

#define REPORT_CONFIDENCE 0.95
#define REPORT_FALSE_ROWS 0.05 /* expected share of listed rows that are no change */
#define REPORT_SITE_RUNS  5    /* a side, for an unasked list of sites */

struct report_row {
    uint32_t row; /* of the comparison */
    struct judged judged;
};

/* Rows of one kind that changed, largest change first. */
struct report_rows {
    struct report_row *items;
    uint32_t count;
    uint32_t compared; /* rows that were large enough to be looked at */
    uint32_t small;    /* rows that were not */
};

struct report {
    const struct sides *sides;
    struct repository *repository; /* that places are looked up in */
    struct judged totals[PROFILE_VALUES];
    struct report_rows rows[COMPARE_KINDS]; /* of sides->type; none of COMPARE_TOTAL */
    uint32_t *site_of_function;             /* path of its largest site that changed; 0: none did */
    uint32_t blame; /* path that nine tenths of the change are in; 0: none */
    struct gate *gates;
    size_t gate_count;
};

/* report_deinit() it in any case. */
struct error *report_init(struct report *report, const struct sides *sides);
void report_deinit(struct report *report);

enum report_kind { REPORT_NEW, REPORT_GONE, REPORT_GREW, REPORT_SHRANK, REPORT_MOVED };
enum report_kind report_kind_of(const struct sides *sides, const struct report_row *row);
extern const char *const report_kind_names[]; /* "grew" ... */
extern const char *const report_kind_words[]; /* before a number: "grew by" ... */

/* "whole path" and so on: what a site was matched by. */
extern const char *const report_level_names[];

/* CLI_DONE, CLI_NO or CLI_CANNOT, by one gate and by all. */
int report_gate_status(const struct report *report, const struct gate *gate);
int report_status(const struct report *report);

#endif
