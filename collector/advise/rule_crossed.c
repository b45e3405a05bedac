/* SPDX-License-Identifier: Apache-2.0
 *
 * Blocks that one thread allocates and another one frees belong to no call, and a pool would have
 * to be shared: they are handed on in batches, or given back through a queue.
 */
#include "collector/advise/rules.h"

/* Below, it is an exception: a thread that cleans up after others. */
#define CROSSED_SHARE 0.05
/* A handful of blocks that a program hands to its threads when it starts is no traffic. */
#define CROSSED_LEAST 100

bool advise_crossed(const struct advise_site *site, struct advice *advice)
{
    const struct lifetime *life = &site->life;
    if (life->crossed < CROSSED_LEAST ||
        (double)life->crossed < CROSSED_SHARE * (double)site->recorded)
        return false;
    advice->kind = ADVICE_CROSSED;
    return true;
}
