/* SPDX-License-Identifier: Apache-2.0
 *
 * Gives every location of a profile its lines: function, file, line, with
 * inlined calls.  What cannot be known gets a name that says where it is, so
 * that no frame is nameless.
 */
#ifndef MEMPROF_COLLECTOR_SYMBOLIZE_H
#define MEMPROF_COLLECTOR_SYMBOLIZE_H

#include "collector/mappings.h"
#include "collector/profile/profile.h"
#include "collector/symbols/calls.h"
#include "collector/symbols/files.h"
#include "collector/symbols/perf_map.h"
#include "collector/symbols/workers.h"

#include <sys/types.h>

/* What the user is told afterwards. */
struct symbolize_report {
    unsigned unconfined; /* CONFINE_*: what could not be taken from who reads files */
    bool is_late;        /* the time for it was over */
    bool has_no_reader;  /* memprof-symbols is not there */
    char *given_up;      /* a file that cost too much or is damaged; the caller frees it */
    char *packed;        /* likewise, of a file whose debug information libelf cannot unpack */
};

struct symbolize_options {
    struct debug_search search;
    struct perf_map_query perf_map; /* names of what is in no file */
    uid_t owner_uid;                /* whose files these are: root reads them as that user */
    gid_t owner_gid;
    struct symbol_workers *workers; /* borrowed; NULL: a process for this call alone */
    int64_t deadline_ms; /* CLOCK_MONOTONIC; no DWARF after it; 0: 10 s from now, and a second more
                          * for each 32 MiB of files */
    void (*progress)(void *context, uint64_t done, uint64_t total); /* may be NULL */
    void *context;
    struct symbolize_report *report; /* zeroed by the caller; may be NULL */
};

/* `calls` are for tail_frames_apply(), zeroed before the first time, and kept for the same profile
 * when it has grown: then only what is new is looked for.  False: no memory. */
bool symbolize(struct profile *profile, const struct mappings *mappings,
               const struct symbolize_options *options, struct symbol_calls *calls);

#endif
