/* SPDX-License-Identifier: Apache-2.0 */
#include "collector/profile/label.h"

#include <string.h>

int64_t profile_sample_bytes(const struct profile *profile, const struct profile_sample *sample)
{
    for (uint32_t i = 0; i < sample->label_count; i++) {
        const struct profile_label *label = &profile->labels.items[sample->label_first + i];
        if (label->text == 0 && strcmp(profile_string(profile, label->key), "bytes") == 0)
            return label->number;
    }
    return -1;
}

bool profile_has_sizes(const struct profile *profile)
{
    for (uint32_t i = 0; i < profile->samples.count; i++)
        if (profile_sample_bytes(profile, &profile->samples.items[i]) >= 0)
            return true;
    return false;
}
