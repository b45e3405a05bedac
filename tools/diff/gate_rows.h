/* SPDX-License-Identifier: Apache-2.0
 *
 * What a gate is about, as numbers: the rows of the comparison, and what each run has in them.
 */
#ifndef MEMPROF_TOOLS_DIFF_GATE_ROWS_H
#define MEMPROF_TOOLS_DIFF_GATE_ROWS_H

#include "tools/diff/sides.h"
#include "tools/gates/spec.h"

/* The rows that a subject stands for, and how many; `rows` has room for all there are. */
uint32_t gate_rows_select(const struct sides *sides, enum gate_subject subject,
                          const struct pattern *pattern, uint32_t *rows);

bool gate_rows_function_matches(const struct site_table *table, uint32_t function,
                                const struct pattern *pattern);

/* Whether any function or module that the profiles name matches: a pattern that matches nothing
 * is a mistake, one whose functions allocate nothing is not. */
bool gate_rows_are_known(const struct sides *sides, enum gate_subject subject,
                         const struct pattern *pattern);

/* What each run has of a metric in the sum of rows; `runs` has room for all of them.  A value
 * that is not known is NaN. */
void gate_rows_measure(const struct sides *sides, const uint32_t *rows, uint32_t count,
                       enum metric metric, struct measured *runs);

/* Why nothing can be said of a metric from a run, whatever the limit; NULL: it can. */
const char *gate_rows_run_hindrance(const struct sides *sides, const struct side_run *run,
                                    enum metric metric);

#endif
