/* SPDX-License-Identifier: Apache-2.0
 *
 * What many sites together show of the variance between runs, so that the variance of one, which
 * a few runs tell badly, can be shrunk towards what sites of its size have ("Repeated runs" in
 * docs/statistics.md).  Pure functions, safe in any thread.
 */
#ifndef MEMPROF_COLLECTOR_PROFILE_SHRINKAGE_H
#define MEMPROF_COLLECTOR_PROFILE_SHRINKAGE_H

#include "collector/profile/statistics.h"

#include <stddef.h>

#define SHRINKAGE_ROWS_MIN 10 /* rows that vary; fewer show nothing of the others */

/* log(variance) is intercept + slope * log(size) at the mean; around it variances have `df`
 * degrees of freedom, infinitely many when they spread no more than chance makes them. */
struct variance_prior {
    double intercept, slope;
    double df; /* 0: there is none */
};

/* One row: its mean value, and what it varies between runs. */
struct variance_row {
    double size;
    struct between between;
};

struct variance_prior variance_prior_fit(const struct variance_row *rows, size_t count);

/* The row's own and the prior's, weighted by their degrees of freedom.  A row that varies more
 * than those of its size do by chance (1 %) is not one of them, and keeps its own. */
struct between variance_shrink(const struct variance_prior *prior, const struct variance_row *row);

#endif
