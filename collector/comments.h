/* SPDX-License-Identifier: Apache-2.0
 *
 * The comments of a profile: how it was made, and what is missing.
 */
#ifndef MEMPROF_COLLECTOR_COMMENTS_H
#define MEMPROF_COLLECTOR_COMMENTS_H

#include "collector/profile/profile.h"
#include "collector/state/counts.h"
#include "collector/state/reader.h"
#include "collector/symbolize.h"

struct comments_about {
    const struct state_info *info;
    const struct module *executable; /* NULL: not known */
    uint64_t end_ns;                 /* CLOCK_REALTIME; 0: it runs on */
    const struct state_reader_peak *peak;
    bool is_at_peak, is_difference; /* what the values are; neither: those of now */
};

/* False: no memory. */
bool comments_add(struct profile *profile, const struct comments_about *about);
/* Whose profile it is, for a file: the host, and the command line where `with_arguments` or, if it
 * is set, MEMPROF_ARGUMENTS says so.  pprof does not print these.  False: no memory. */
bool comments_add_origin(struct profile *profile, const struct state_info *info,
                         bool with_arguments);
/* What could not be named goes into *warning, too, and into *remark how the files were read;
 * NULL: nothing is to be said.  The caller frees both. */
bool comments_add_symbols(struct profile *profile, const struct symbolize_report *report,
                          char **warning, char **remark);

#endif
