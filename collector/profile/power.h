/* SPDX-License-Identifier: Apache-2.0
 *
 * How large a change must be so that a comparison of as many runs as there were sees it with a
 * given probability.  docs/statistics.md derives it ("What a gate sees").  Pure functions, safe in
 * any thread.
 */
#ifndef MEMPROF_COLLECTOR_PROFILE_POWER_H
#define MEMPROF_COLLECTOR_PROFILE_POWER_H

#include "collector/profile/statistics.h"

/* What the error of a difference was made of, and by what it changes with the difference. */
struct spread {
    struct between between;
    struct spread_side {
        size_t runs; /* 0: this side is a number without an error */
        struct sampling sampling;
    } sides[2];
    double difference; /* of the means, when this was measured */
    double growth;     /* of the second side's sampling variance with each unit of the difference */
    double least;      /* that variance is at least this */
};

/* The change beyond `limit` for which the lower end of the interval lies above the limit with the
 * probability `power`.  Infinite: nothing is known of the error. */
double spread_sees(const struct spread *spread, double limit, double confidence, double power);

#endif
