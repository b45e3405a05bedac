/* SPDX-License-Identifier: Apache-2.0
 *
 * Whose code a module is: the own code of who compares, somebody else's, or the C and C++
 * libraries'.  Own is what --own matches, else what lies below the directory of the program.
 */
#ifndef MEMPROF_TOOLS_DIFF_OWNERSHIP_H
#define MEMPROF_TOOLS_DIFF_OWNERSHIP_H

#include <stdbool.h>
#include <stddef.h>

#include "collector/profile/compare.h"
#include "collector/profile/profile.h"

struct ownership {
    const struct pattern *pattern; /* of --own; NULL: by directory */
    char **own;                    /* canonical names of the modules that lie there */
    size_t count;
};

/* Looks where the modules of a run lie.  False: no memory.  ownership_deinit() it in any case. */
bool ownership_note(struct ownership *ownership, const struct profile *profile);
void ownership_deinit(struct ownership *ownership);

/* By a module's canonical name; `context` is the ownership.  Of compare_options. */
enum code ownership_code(void *context, const char *module);

#endif
