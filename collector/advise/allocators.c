/* SPDX-License-Identifier: Apache-2.0 */
#include "collector/advise/allocators.h"
#include "collector/profile/prune.h"
#include "collector/profile/wrappers.h"
#include "collector/profile/zeros.h"

#include <stdlib.h>

/* Leaves what allocated, and not the stacks that freed. */
static void keep_allocated(struct profile *profile)
{
    for (uint32_t i = 0; i < profile->values.count; i++)
        if (i % profile->types.count != 0)
            profile->values.items[i] = 0;
    profile_drop_zeros(profile);
}

/* Functions that all calls go through are found in a profile from which the known ones were taken,
 * which changes its stacks: so that is a copy. */
static bool add_unlisted(const struct profile *profile, bool *is_allocator)
{
    if (profile->types.count == 0 || profile->samples.count == 0)
        return true;
    struct profile *copy = profile_copy(profile, false);
    bool *found = NULL;
    if (copy) {
        keep_allocated(copy);
        if (profile_prune(copy, is_allocator, 0, NULL))
            found = profile_wrappers_find(copy, 0);
        for (uint32_t i = 0; found && i < profile->functions.count; i++)
            is_allocator[i] |= found[i];
    }
    profile_destroy(copy);
    bool has_memory = found != NULL;
    free(found);
    return has_memory;
}

bool *advise_allocators(const struct profile *profile)
{
    bool *is_allocator = profile_prune_match(profile);
    if (is_allocator && !add_unlisted(profile, is_allocator)) {
        free(is_allocator);
        is_allocator = NULL;
    }
    return is_allocator;
}
