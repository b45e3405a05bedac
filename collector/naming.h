/* SPDX-License-Identifier: Apache-2.0
 *
 * Who decides the name of a profile, and what may be replaced by it.
 */
#ifndef MEMPROF_COLLECTOR_NAMING_H
#define MEMPROF_COLLECTOR_NAMING_H

#include "collector/collect_options.h"
#include "collector/state/reader.h"

#include <stdbool.h>
#include <stdint.h>

/* Where a state was found. */
struct naming_origin {
    bool is_ours; /* its file belongs to the effective user */
    /* The name of its file, if nobody else can make files in its directory; else NULL. */
    const char *name;
};

struct naming {
    bool is_whole;          /* the template is a name as it stands */
    const char *template;   /* borrowed from the options, the environment or the state */
    const char *directory;  /* of a relative name, absolute; NULL: our own.  Borrowed. */
    uint64_t fresh_from_ns; /* a file that was modified later is not replaced */
    bool may_replace;       /* an older profile of ours of that name */
    bool is_later;          /* not the first process of a run: it gets .PID */
};

void naming_decide(struct naming *naming, const struct state_info *info,
                   const struct naming_origin *origin, const struct collect_options *options);

/* Does a template have %LETTER? */
bool naming_has(const char *template, char letter);

#endif
