/* SPDX-License-Identifier: Apache-2.0
 *
 * Runs are merged with factors that make both means whole numbers, and divided at the end.
 */
#include "collector/profile/difference.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "collector/base/budget.h"
#include "collector/profile/merge.h"
#include "collector/profile/zeros.h"

struct profile_difference {
    struct profile_merger *merger;
    uint32_t base_runs, changed_runs;
    int64_t factors[2]; /* of a run of the changed side, of the base */
    int64_t divisor;
};

static uint32_t common_divisor(uint32_t a, uint32_t b)
{
    return b ? common_divisor(b, a % b) : a;
}

struct profile_difference *profile_difference_create(uint32_t base_runs, uint32_t changed_runs)
{
    struct profile_difference *at = calloc(1, sizeof(*at));
    uint32_t common = common_divisor(base_runs, changed_runs);
    if (!at || !common)
        return at;
    at->base_runs = base_runs;
    at->changed_runs = changed_runs;
    at->factors[0] = base_runs / common;
    at->factors[1] = -(int64_t)(changed_runs / common);
    at->divisor = (int64_t)(base_runs / common) * changed_runs;
    at->merger = profile_merger_create();
    if (at->merger)
        return at;
    free(at);
    return NULL;
}

void profile_difference_destroy(struct profile_difference *at)
{
    if (at)
        profile_merger_destroy(at->merger);
    free(at);
}

struct error *profile_difference_add(struct profile_difference *at, struct profile *profile,
                                     bool is_base, const char *name)
{
    if (!profile_merger_takes(at->merger, profile))
        return error_create("%s: its values are of other types than those of the profiles before "
                            "it, so there is no difference of them",
                            name);
    for (uint32_t i = 0; i < profile->values.count; i++)
        if (__builtin_mul_overflow(profile->values.items[i], at->factors[is_base],
                                   &profile->values.items[i]))
            return error_create("%s: its values are too large for a difference", name);
    return profile_merger_add(at->merger, profile) ? NULL
                                                   : budget_error("cannot subtract %s", name);
}

/* Rounded to the nearest. */
static int64_t divided(int64_t value, int64_t divisor)
{
    int64_t whole = value / divisor, rest = value % divisor;
    if (rest >= divisor - rest)
        return whole + 1;
    return rest <= -divisor - rest ? whole - 1 : whole;
}

/* What rounding a value leaves is put into the next one, so that the sums are right. */
static void divide(const struct profile_difference *at, struct profile *profile)
{
    for (uint32_t type = 0; type < profile->types.count; type++) {
        int64_t left = 0;
        for (uint32_t i = type; i < profile->values.count; i += profile->types.count) {
            int64_t *value = &profile->values.items[i], sum;
            if (__builtin_add_overflow(*value, left, &sum))
                sum = *value;
            *value = divided(sum, at->divisor);
            left = sum - *value * at->divisor;
        }
    }
}

struct profile *profile_difference_finish(struct profile_difference *at)
{
    struct profile *profile = profile_merger_finish(at->merger);
    char text[128];
    if (!profile)
        return NULL;
    if (at->divisor > 1)
        divide(at, profile);
    profile_drop_zeros(profile);
    /* What was said of single runs is true of none. */
    profile->comments.count = 0;
    profile->duration_ns = 0;
    snprintf(text, sizeof(text),
             "memprof: view difference: the mean of %" PRIu32 " runs less that of %" PRIu32,
             at->changed_runs, at->base_runs);
    if (profile_add_comment(profile, text))
        return profile;
    profile_destroy(profile);
    return NULL;
}
