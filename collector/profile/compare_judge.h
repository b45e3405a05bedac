/* SPDX-License-Identifier: Apache-2.0
 *
 * Whether the rows of a comparison differ between its sides.
 */
#ifndef MEMPROF_COLLECTOR_PROFILE_COMPARE_JUDGE_H
#define MEMPROF_COLLECTOR_PROFILE_COMPARE_JUDGE_H

#include "collector/profile/compare.h"
#include "collector/profile/judge.h"

/* What each run has in the sum of some rows' values; `runs` has room for all of them. */
void comparison_measure(const struct comparison *comparison, const uint32_t *rows, uint32_t count,
                        enum profile_value type, struct measured *runs);

/* Judges numbers of all runs, the base's first, as judge() does. */
struct judged comparison_judge(const struct comparison *comparison, const struct measured *runs,
                               double scale, const struct variance_prior *prior, double confidence);

/* What the rows of a kind that vary between runs have in common.  False: no memory. */
bool comparison_prior(const struct comparison *comparison, enum compare_kind kind,
                      enum profile_value type, struct variance_prior *prior);

/* Judges one row, given what others vary by (NULL: nothing is known).  False: no memory. */
bool comparison_judge_row(const struct comparison *comparison, uint32_t row,
                          enum profile_value type, const struct variance_prior *prior,
                          double confidence, struct judged *judged);

#endif
