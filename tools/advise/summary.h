/* SPDX-License-Identifier: Apache-2.0
 *
 * The advice about a run in one line.
 */
#ifndef MEMPROF_TOOLS_ADVISE_SUMMARY_H
#define MEMPROF_TOOLS_ADVISE_SUMMARY_H

#include <stdio.h>

/* "memprof advise FILE: 7 changes would save 61 % of the allocations", for the profile at `path`;
 * or why there is no advice. */
void advise_print_summary(FILE *out, const char *path);

#endif
