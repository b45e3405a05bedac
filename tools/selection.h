/* SPDX-License-Identifier: Apache-2.0
 *
 * Which profiles of a run are wanted: --only and --min-samples.
 */
#ifndef MEMPROF_TOOLS_SELECTION_H
#define MEMPROF_TOOLS_SELECTION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "collector/collect.h"

struct selection {
    const char *only; /* a shell pattern; NULL: all programs */
    uint64_t min_samples;
    size_t left_out;
    char names[200]; /* of the programs that were left out, each once, as far as there is room */
};

/* Whether the profile of this state is wanted: `only` matches the program's name, or its path if
 * the pattern has a slash.  Those that are not wanted are counted in left_out and named in names.
 */
bool selection_takes(struct selection *selection, const struct state_entry *entry);

/* The same of a program by its executable's path, without a note. */
bool selection_matches(const struct selection *selection, const char *exe, uint64_t samples);

#endif
