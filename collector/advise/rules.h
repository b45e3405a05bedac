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
bool advise_kept(const struct advise_site *site, struct advice *advice);
bool advise_pool(const struct advise_site *site, struct advice *advice);

/* Whether the blocks of a site are the first ones of chains that go on elsewhere. */
bool advise_is_first_link(const struct advise_site *site);

/* `count` of `seen` blocks as one of all that were allocated: most often all are seen. */
uint64_t advise_scaled(const struct advise_site *site, uint64_t count, uint64_t seen);

#endif
