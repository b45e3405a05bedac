/* SPDX-License-Identifier: Apache-2.0
 *
 * How much of a profile is in functions without names, and in which modules these are.
 */
#ifndef MEMPROF_COLLECTOR_PROFILE_NAMELESS_H
#define MEMPROF_COLLECTOR_PROFILE_NAMELESS_H

#include "collector/profile/profile.h"

#define PROFILE_NAMELESS_MODULES 3

struct profile_nameless_module {
    const char *file; /* the profile's */
    const char *type; /* of the values of which the share is largest */
    double share;     /* 0 to 1 */
};

struct profile_nameless {
    struct profile_nameless_module modules[PROFILE_NAMELESS_MODULES]; /* largest share first */
    uint32_t count;
};

/* Finds the worst modules (of 1 % or more) of a pruned profile in which such functions are the
 * leaves of more than `least` (0 to 1) of the total of any of its values; else none.  False: no
 * memory. */
bool profile_nameless_find(const struct profile *profile, double least,
                           struct profile_nameless *found);

#endif
