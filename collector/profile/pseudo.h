/* SPDX-License-Identifier: Apache-2.0
 *
 * Frames that stand for what is not known.  Each has an address of its own, lower than any
 * code's, and is in no mapping.
 */
#ifndef MEMPROF_COLLECTOR_PROFILE_PSEUDO_H
#define MEMPROF_COLLECTOR_PROFILE_PSEUDO_H

#include <stdint.h>

enum profile_pseudo {
    PROFILE_TRUNCATED = 1, /* outer frames are missing */
    PROFILE_OTHER = 2,     /* the state had no room for the site */
    PROFILE_UNKNOWN = 3,   /* no stack at all */
    PROFILE_FOLDED = 4,    /* samples that were added up to be fewer */
    PROFILE_PSEUDO_COUNT,
};

/* "[truncated]" and so on; "[unknown]" for what is none of them. */
static inline const char *profile_pseudo_name(uint64_t address)
{
    static const char *const names[PROFILE_PSEUDO_COUNT] = {
        [PROFILE_TRUNCATED] = "[truncated]",
        [PROFILE_OTHER] = "[other]",
        [PROFILE_UNKNOWN] = "[unknown]",
        [PROFILE_FOLDED] = "[folded]",
    };
    return names[address > 0 && address < PROFILE_PSEUDO_COUNT ? address : PROFILE_UNKNOWN];
}

#endif
