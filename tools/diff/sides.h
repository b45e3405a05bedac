/* SPDX-License-Identifier: Apache-2.0
 *
 * The two sides of `memprof diff`, read and compared.
 */
#ifndef MEMPROF_TOOLS_DIFF_SIDES_H
#define MEMPROF_TOOLS_DIFF_SIDES_H

#include "collector/profile/compare_judge.h"
#include "tools/diff/options.h"
#include "tools/diff/ownership.h"
#include "tools/diff/side_run.h"
#include "tools/inputs.h"

struct sides {
    struct inputs inputs[2]; /* base, new */
    const char *program[2];  /* the first run's */
    bool is_exact;           /* all runs of both */
    double lost;             /* largest share of samples that a run says it lost */
    struct ownership ownership;
    struct side_run *runs; /* base, then new, as in table.runs */
    size_t run_count;      /* that were read */
    struct site_table table;
    struct comparison comparison;
    enum profile_value type; /* of the rows that are shown */
    const struct diff_options *options;
};

/* sides_deinit() them in any case. */
struct error *sides_init(struct sides *sides, const struct diff_options *options);
void sides_deinit(struct sides *sides);

/* Whether all runs of the new side are older than all of the base. */
bool sides_seem_swapped(const struct sides *sides);

/* "alloc_objects" and so on, and back; -1: no such value. */
extern const char *const sides_value_names[PROFILE_VALUES];
int sides_find_value(const char *name, size_t length);
/* "bytes" or "count". */
const char *sides_unit(enum profile_value type);

#endif
