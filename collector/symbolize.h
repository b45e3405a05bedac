/* SPDX-License-Identifier: Apache-2.0
 *
 * Gives every location of a profile its lines: function, file, line, with
 * inlined calls.  What cannot be known gets a name that says where it is, so
 * that no frame is nameless.
 */
#ifndef MEMPROF_COLLECTOR_SYMBOLIZE_H
#define MEMPROF_COLLECTOR_SYMBOLIZE_H

#include "collector/debug_file.h"
#include "collector/mappings.h"
#include "collector/profile.h"

struct symbolize_options {
    struct debug_search search;
    int64_t deadline_ms; /* CLOCK_MONOTONIC; no DWARF after it; 0: none */
    void (*progress)(void *context, uint64_t done, uint64_t total); /* may be NULL */
    void *context;
};

/* False: no memory. */
bool symbolize(struct profile *profile, const struct mappings *mappings,
               const struct symbolize_options *options);

#endif
