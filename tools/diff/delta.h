/* SPDX-License-Identifier: Apache-2.0
 *
 * The difference of two sides as a profile.
 */
#ifndef MEMPROF_TOOLS_DIFF_DELTA_H
#define MEMPROF_TOOLS_DIFF_DELTA_H

#include "tools/diff/sides.h"

/* Writes NEW - BASE: of the means of the runs of each side, before any frame is left out.  Its sums
 * are those of go tool pprof with -diff_base, when each side has one run. */
struct error *delta_write(const struct sides *sides, const char *path);

#endif
