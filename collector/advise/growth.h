/* SPDX-License-Identifier: Apache-2.0
 *
 * How many more blocks of a site were alive from one look at the process to the next.
 */
#ifndef MEMPROF_COLLECTOR_ADVISE_GROWTH_H
#define MEMPROF_COLLECTOR_ADVISE_GROWTH_H

#include "collector/advise/site_sum.h"

/* Fills in site->growth.  False: no memory. */
bool growth_measure(struct advise_site *site, const struct lifetimes *lifetimes,
                    const struct site_part *parts, uint32_t count);

#endif
