/* SPDX-License-Identifier: Apache-2.0
 *
 * A profile as a view shows it: which of its values, without wrappers, filtered.
 */
#ifndef MEMPROF_TOOLS_TOP_READING_H
#define MEMPROF_TOOLS_TOP_READING_H

#include "collector/profile/nameless.h"
#include "tools/measure.h"
#include "tools/top/options.h"

struct reading {
    struct profile *profile;          /* owned */
    int type;                         /* index of the values that are shown */
    int default_type;                 /* the one that would be shown if it were not 0 everywhere */
    int64_t total;                    /* of all samples, filtered or not */
    char *hidden;                     /* names of the wrappers that were hidden, or NULL */
    struct profile_nameless nameless; /* modules without names, of all samples */
    bool has_match;                   /* --focus, if it was given, matched something */
};

/* Takes the profile over, and destroys it on errors.  `name` is for messages. */
struct error *reading_init(struct reading *reading, struct profile *profile, const char *name,
                           const struct top_options *options);
void reading_deinit(struct reading *reading);

/* Name and unit of the values that are shown. */
const char *reading_type(const struct reading *reading);
const char *reading_unit(const struct reading *reading);

#endif
