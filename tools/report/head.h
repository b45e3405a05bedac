/* SPDX-License-Identifier: Apache-2.0
 *
 * The part of a report that needs no script: what it is about, the totals, and the largest
 * functions.
 */
#ifndef MEMPROF_TOOLS_REPORT_HEAD_H
#define MEMPROF_TOOLS_REPORT_HEAD_H

#include <stdio.h>

#include "collector/base/error.h"
#include "tools/report/facts.h"

/* `command`: how the report was asked for, as a shell has it. */
void report_head_put(FILE *out, const struct report_facts *facts, const struct report_views *views,
                     const char *command);

/* The 100 functions that have most of the value that shows when nothing is said; the first 30 of
 * them are printed on paper. */
struct error *report_rows_put(FILE *out, const struct report_facts *facts);

/* The type that is shown at first: the profile's default one, unless it is 0 everywhere. */
uint32_t report_first_type(const struct report_facts *facts);

/* "In use" for inuse_space; the type's own name for what is not ours. */
const char *report_type_label(const char *type);

#endif
