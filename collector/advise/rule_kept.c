/* SPDX-License-Identifier: Apache-2.0
 *
 * Blocks that are not freed, or not before nearly all of them are there: tables that the end of the
 * program takes down.  Whether that is a leak one look cannot tell: what grows between two looks
 * may be one, what was allocated while the program started is held on purpose.
 */
#include "collector/advise/rules.h"

/* Of all blocks so many are alive at once, and there are as many, where they come and do not go. */
#define ALIVE_SHARE 0.98
#define ALIVE_LEAST 100

/* A call that is known to own them, and is not the outermost, frees them before the end. */
static bool is_freed_last(const struct advise_site *site)
{
    const struct lifetime *life = &site->life;
    return life->allocated >= ALIVE_LEAST && (!site->owner.function || site->is_owner_outermost) &&
           (double)life->live_max >= ALIVE_SHARE * (double)life->allocated;
}

bool advise_kept(const struct advise_site *site, struct advice *advice)
{
    if ((double)site->life.freed >= ADVISE_KEPT_SHARE * (double)site->life.allocated &&
        !is_freed_last(site))
        return false;
    advice->kind = ADVICE_KEPT;
    return true;
}
