/* SPDX-License-Identifier: Apache-2.0
 *
 * Blocks that are not freed.  Whether that is a leak one look cannot tell: what grows between two
 * looks may be one, what was allocated while the program started is held on purpose.
 */
#include "collector/advise/rules.h"

bool advise_kept(const struct advise_site *site, struct advice *advice)
{
    if ((double)site->life.freed >= ADVISE_KEPT_SHARE * (double)site->life.allocated)
        return false;
    advice->kind = ADVICE_KEPT;
    return true;
}
