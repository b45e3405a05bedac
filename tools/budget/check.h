/* SPDX-License-Identifier: Apache-2.0
 *
 * What the profiles have of what the lines of a budget limit.
 */
#ifndef MEMPROF_TOOLS_BUDGET_CHECK_H
#define MEMPROF_TOOLS_BUDGET_CHECK_H

#include "collector/profile/level.h"
#include "tools/budget/budget.h"
#include "tools/diff/sides.h"

#define CHECK_ERROR 0.01 /* chance that any line fails although nothing is over its limit */

enum check_verdict { CHECK_HOLDS, CHECK_FAILS, CHECK_CANNOT_JUDGE };

/* A limit and a program that it is about. */
struct check_row {
    const struct budget_line *line;
    const char *program; /* NULL: there is no profile of one */
    size_t runs;
    bool is_measured; /* the level is known */
    struct level level;
    enum check_verdict verdict;
    const char *why; /* why, with CHECK_CANNOT_JUDGE: a sentence without its full stop */
};

struct check {
    struct check_row *rows; /* in the order of lines */
    size_t count;
    bool *used; /* by line: an ignore that some call site matches */
};

/* Judges all limits; the base of `sides` has all runs.  check_deinit() it in any case. */
struct error *check_init(struct check *check, const struct budget *budget,
                         const struct sides *sides);
void check_deinit(struct check *check);

#endif
