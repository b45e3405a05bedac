/* SPDX-License-Identifier: Apache-2.0
 *
 * The calls in a program at which one allocation more can be made.
 */
#ifndef MEMPROF_TOOLS_SELF_TEST_CALL_SITE_H
#define MEMPROF_TOOLS_SELF_TEST_CALL_SITE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "collector/base/error.h"
#include "collector/profile/profile.h"

struct call_site {
    char *file;      /* of its module; owned */
    uint64_t offset; /* of the call in that */
    char *function;  /* that makes the call, as the profile names it; owned */
    char *name;      /* the same as comparisons name it; owned */
    char *source;    /* "" where it is not known; owned */
    int32_t line;
    bool is_own;    /* own code */
    uint64_t calls; /* in the profile that was looked at */
};

struct call_sites {
    struct call_site *items; /* own code first, the most calls first */
    size_t count;
};

/* Those with at least so many calls, by the innermost frames of an exact profile: of one that has
 * been pruned the calls of allocators and wrappers, else those in wrappers, too.
 * call_sites_deinit() it in any case. */
struct error *call_sites_find(struct call_sites *sites, const struct profile *profile,
                              uint64_t least_calls);
void call_sites_deinit(struct call_sites *sites);

/* How many allocations the library of the self-test made in a profile, which gets pruned, and in
 * which function most of them: those are counted, and the site has its name.  0: none. */
struct error *call_site_locate(struct call_site *site, struct profile *profile, uint64_t *made);

#endif
