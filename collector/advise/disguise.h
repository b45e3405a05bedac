/* SPDX-License-Identifier: Apache-2.0
 *
 * Allocations that nobody wrote as one: a library function made them, and what helps depends on
 * which.
 */
#ifndef MEMPROF_COLLECTOR_ADVISE_DISGUISE_H
#define MEMPROF_COLLECTOR_ADVISE_DISGUISE_H

#include "collector/advise/site.h"

#include <stdint.h>

struct disguise {
    const char *name;      /* what people call it */
    const char *remedy;    /* what to write instead; NULL: what the kind of the advice says */
    const char *functions; /* name(s) as drop_frames would match them: up to the first "(" */
};

/* What the frames between the allocator and the site's place are; NULL: nothing that is known.
 * The outermost that is known counts, as it is what the program called. */
const struct disguise *disguise_of(const struct profile *profile, const struct advise_site *site);

/* All that are known, by a number from 0 on; NULL: there are no more. */
const struct disguise *disguise_at(uint32_t number);
/* The one that a function of this name, with what stands before and behind it, is; UINT32_MAX:
 * none. */
uint32_t disguise_number(const char *function);

#endif
