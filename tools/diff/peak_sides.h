/* SPDX-License-Identifier: Apache-2.0
 *
 * The same two sides at the moment when most was in use: of each run the profile of its peak, so
 * that a gate can be about what some functions held then.
 */
#ifndef MEMPROF_TOOLS_DIFF_PEAK_SIDES_H
#define MEMPROF_TOOLS_DIFF_PEAK_SIDES_H

#include "tools/diff/sides.h"

/* A run without that profile; NULL: all have one. */
const struct side_run *peak_sides_missing(const struct sides *sides);

/* All runs of `of` have one, and `of` outlives it: inputs, runs and ownership are those of `of`.
 * peak_sides_deinit() it in any case. */
struct error *peak_sides_init(struct sides *peaks, const struct sides *of);
void peak_sides_deinit(struct sides *peaks);

#endif
