/* SPDX-License-Identifier: Apache-2.0
 *
 * Several advices that say the same of one line of the program, as one.
 */
#ifndef MEMPROF_COLLECTOR_ADVISE_ADVICE_MERGE_H
#define MEMPROF_COLLECTOR_ADVISE_ADVICE_MERGE_H

#include "collector/advise/advice.h"

/* Of two struct advice: 0 where they say the same; for qsort(). */
int advice_order(const void *first, const void *second);
/* Adds one that says the same, whose site is not used any more. */
void advice_merge(struct advice *sum, const struct advice *more);

#endif
