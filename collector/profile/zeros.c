/* SPDX-License-Identifier: Apache-2.0
 *
 * The others move together, in their order.
 */
#include "collector/profile/zeros.h"

#include <string.h>

void profile_drop_zeros(struct profile *profile)
{
    uint32_t types = profile->types.count, left = 0;
    for (uint32_t i = 0; i < profile->samples.count; i++) {
        const int64_t *values = &profile->values.items[(size_t)i * types];
        bool is_zero = true;
        for (uint32_t k = 0; k < types && is_zero; k++)
            is_zero = values[k] == 0;
        if (is_zero)
            continue;
        profile->samples.items[left] = profile->samples.items[i];
        memmove(&profile->values.items[(size_t)left++ * types], values, types * sizeof(*values));
    }
    profile->samples.count = left;
    profile->values.count = left * types;
}
