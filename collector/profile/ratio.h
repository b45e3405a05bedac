/* SPDX-License-Identifier: Apache-2.0
 *
 * The interval of a ratio, from what is known of each side ("Two sampled profiles" in
 * docs/statistics.md).  Pure functions, safe in any thread.
 */
#ifndef MEMPROF_COLLECTOR_PROFILE_RATIO_H
#define MEMPROF_COLLECTOR_PROFILE_RATIO_H

#include "collector/profile/statistics.h"

/* Of the expected marks, second to first, by the conditional binomial.  The upper end is infinite
 * where the first side has none; NaN where neither has. */
struct interval ratio_of_marks(double first, double second, double confidence);

/* Of two values that are not negative, each with an interval of its own: the ratios by which the
 * first can be multiplied so that the interval of the difference holds 0.  NaN where the first is
 * 0. */
struct interval ratio_of_values(double first, struct interval of_first, double second,
                                struct interval of_second);

#endif
