/* SPDX-License-Identifier: Apache-2.0
 *
 * Where a profile goes: its name, and its replacement in one step.  Nothing is
 * overwritten but an older profile of our own, and no link is followed.
 */
#ifndef MEMPROF_COLLECTOR_OUTPUT_H
#define MEMPROF_COLLECTOR_OUTPUT_H

#include "collector/base/error.h"
#include "collector/naming.h"
#include "collector/new_file.h"
#include "collector/state/reader.h"

#include <stdbool.h>
#include <stdint.h>

struct output {
    char *path; /* the name as expanded; after output_commit() the final one */
    struct new_file file;
    uint32_t pid;
    bool names_pid; /* the template has %p */
    bool is_later;
    bool may_replace;
    uint64_t fresh_from_ns; /* a file that was modified later is not replaced */
};

/* output_deinit() it in any case. */
struct error *output_init(struct output *output, const struct state_info *info,
                          const struct naming *naming);
/* Opens output->file. */
struct error *output_open(struct output *output);
/* Gives it its name. */
struct error *output_commit(struct output *output);
/* Removes what was not committed. */
void output_deinit(struct output *output);

#endif
