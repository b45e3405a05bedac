/* SPDX-License-Identifier: Apache-2.0
 *
 * The rules, one file each, in the order in which they are tried.  Each looks at a site and, if it
 * applies, fills in the advice's kind and what that needs; the rest is the caller's.
 */
#ifndef MEMPROF_COLLECTOR_ADVISE_RULES_H
#define MEMPROF_COLLECTOR_ADVISE_RULES_H

#include "collector/advise/advice.h"

bool advise_reserve(const struct advise_site *site, struct advice *advice);
bool advise_crossed(const struct advise_site *site, struct advice *advice);
bool advise_scoped(const struct advise_site *site, struct advice *advice);
bool advise_leak(const struct advise_site *site, struct advice *advice);
bool advise_kept(const struct advise_site *site, struct advice *advice);
bool advise_pool(const struct advise_site *site, struct advice *advice);

/* Where fewer of a site's blocks are freed it keeps them. */
#define ADVISE_KEPT_SHARE 0.02

/* Whether the blocks of a site are the first ones of chains that go on elsewhere. */
bool advise_is_first_link(const struct advise_site *site);

/* A number of blocks or bytes; what is none, as a crafted file may have it, is 0 or the largest
 * one. */
static inline uint64_t advise_whole(double number)
{
    if (!(number >= 1))
        return 0;
    return number < 1.8e19 ? (uint64_t)number : UINT64_MAX;
}

/* `count` of `seen` blocks as one of all that were allocated: most often all are seen. */
uint64_t advise_scaled(const struct advise_site *site, uint64_t count, uint64_t seen);

#endif
