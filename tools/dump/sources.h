/* SPDX-License-Identifier: Apache-2.0
 *
 * The processes of one dump: one, or a master and all that descend from it.
 */
#ifndef MEMPROF_TOOLS_DUMP_SOURCES_H
#define MEMPROF_TOOLS_DUMP_SOURCES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "collector/live_process.h"
#include "tools/argument.h"

struct dump_source {
    struct live_process *process;
    struct argument argument; /* its state is owned */
    struct counts before;     /* what was counted when the wait began */
    bool has_before;
};

struct dump_sources {
    struct dump_source *items; /* the one that was named first */
    size_t count;
    const char *command; /* for lines on stderr; borrowed */
};

/* Opens the process, whose argument is taken over.  dump_sources_deinit() it in any case. */
struct error *dump_sources_init(struct dump_sources *sources, struct argument *argument);
void dump_sources_deinit(struct dump_sources *sources);

/* Adds those that descend from the first one and are not there yet; one that ends meanwhile is
 * left out. */
struct error *dump_sources_add_tree(struct dump_sources *sources);

#endif
