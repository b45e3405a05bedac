/* SPDX-License-Identifier: Apache-2.0
 *
 * Prints a report to all its outputs.
 */
#ifndef MEMPROF_TOOLS_DIFF_PRINT_H
#define MEMPROF_TOOLS_DIFF_PRINT_H

#include "tools/diff/outputs.h"
#include "tools/diff/report.h"

/* Returns `status`; CLI_CANNOT when one of them could not be written, after a line for each on
 * stderr. */
int print_report(const struct outputs *outputs, const struct report *report, int status);

#endif
