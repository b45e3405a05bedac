/* SPDX-License-Identifier: Apache-2.0
 *
 * The two sides of `memprof diff`, read and compared.
 */
#ifndef MEMPROF_TOOLS_DIFF_SIDES_H
#define MEMPROF_TOOLS_DIFF_SIDES_H

#include "collector/profile/compare.h"
#include "tools/diff/options.h"
#include "tools/inputs.h"

struct sides {
    struct inputs inputs[2]; /* base, new */
    char *program[2];        /* name of the first run's program; "" where it is not known */
    bool is_exact;           /* all runs of both */
    double lost;             /* largest share of samples that a run says it lost */
    struct site_table table;
    struct comparison comparison;
    enum profile_value type; /* of the rows that are shown */
    const struct diff_options *options;
};

/* sides_deinit() them in any case. */
struct error *sides_init(struct sides *sides, const struct diff_options *options);
void sides_deinit(struct sides *sides);

/* "alloc_objects" and so on, and back; -1: no such value. */
extern const char *const sides_value_names[PROFILE_VALUES];
int sides_find_value(const char *name, size_t length);
/* "bytes" or "count". */
const char *sides_unit(enum profile_value type);

#endif
