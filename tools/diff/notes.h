/* SPDX-License-Identifier: Apache-2.0
 *
 * What a report says of its own numbers: how they were corrected for their number, and what makes
 * them less sure than they may seem.
 */
#ifndef MEMPROF_TOOLS_DIFF_NOTES_H
#define MEMPROF_TOOLS_DIFF_NOTES_H

#include <stdio.h>

#include "tools/diff/report.h"

/* Which correction was used on how many rows and gates, without a full stop.  The caller frees it;
 * NULL: no memory. */
char *notes_corrections(const struct report *report);

/* Sentences, a line each. */
void notes_put(FILE *out, const struct report *report);

#endif
