/* SPDX-License-Identifier: Apache-2.0
 *
 * Functions that are missing in a stack because they ended in a jump to the next one:
 * void *xmalloc(size_t n) { return malloc(n); }
 */
#ifndef MEMPROF_COLLECTOR_SYMBOLS_TAIL_CALLS_H
#define MEMPROF_COLLECTOR_SYMBOLS_TAIL_CALLS_H

#include "collector/symbols/branches.h"
#include "collector/symbols/dwarf_frames.h"

#include <stdbool.h>
#include <stdint.h>

#define TAIL_CALLS_MAX 64 /* functions that one call may lead to */

/* A function of a chain. */
struct tail_step {
    uint64_t place; /* in its jump to the next one; where it has several of them, its entry */
    bool is_exact;
};

/* Where a call may end up: in a function of this file, by its entry; in one that the linker
 * finds, by its symbol; in a function that allocates, with neither. */
struct tail_end {
    uint64_t entry;
    const char *symbol; /* NULL */
};

struct tail_query {
    const struct branches *branches; /* of the module */
    const struct image *module, *debug;
    struct debug_source *source;
    const uint64_t *addresses, *targets; /* calls, ascending, and which function each calls */
    uint32_t count;
    bool (*go_on)(void *context);
    void *context;
    /* The one chain from the call at addresses[caller] to an end, without the end. */
    void (*chain)(void *context, uint32_t caller, const struct tail_end *end,
                  const struct tail_step *steps, uint32_t count);
    void *chain_context;
};

/* False: no memory. */
bool tail_calls_find(const struct tail_query *query);

#endif
