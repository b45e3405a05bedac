/* SPDX-License-Identifier: Apache-2.0
 *
 * Blocks that become more from each look to the next.  One look cannot tell a leak from a table,
 * and two cannot prove it: what is full one day has grown until then.
 */
#include "collector/advise/rules.h"

/* Fewer may be what the program does at the moment. */
#define GROWN_LEAST 20
/* Of a site's blocks, where most are freed: the rest has to be more than one that comes and goes.
 */
#define GROWN_SHARE 0.1

bool advise_leak(const struct advise_site *site, struct advice *advice)
{
    const struct lifetime *life = &site->life;
    bool frees = (double)life->freed >= ADVISE_KEPT_SHARE * (double)life->allocated;
    if (site->growth.objects < GROWN_LEAST ||
        (frees && (double)site->growth.objects < GROWN_SHARE * (double)life->allocated))
        return false;
    advice->kind = ADVICE_LEAK;
    return true;
}
