/* SPDX-License-Identifier: Apache-2.0
 *
 * What DWARF says of the calls in functions: DW_TAG_call_site, or GNU's before DWARF 5.
 */
#ifndef MEMPROF_COLLECTOR_SYMBOLS_DWARF_CALLS_H
#define MEMPROF_COLLECTOR_SYMBOLS_DWARF_CALLS_H

#include "collector/symbols/dwarf_frames.h"

#include <stdbool.h>
#include <stdint.h>

struct dwarf_call {
    uint64_t start, end; /* of the instruction; 0: not told, one of them is */
    char *symbol;        /* of a function that others may define, which it calls; NULL */
    bool is_tail;
    bool is_direct; /* it says which function is called */
};

struct dwarf_function {
    uint64_t entry;
    uint32_t call_first, call_count; /* its tail calls, and calls that end at a wanted address */
    bool is_complete;                /* it has all tail calls */
};

struct dwarf_calls {
    struct dwarf_function *functions;
    uint32_t function_count, function_capacity;
    struct dwarf_call *calls;
    uint32_t call_count, call_capacity;
    uint32_t *function_of; /* by address; UINT32_MAX: not known */
};

/* Reads the functions around `count` ascending addresses; `starts` as in dwarf_frames_find().
 * A call is wanted if it ends behind one of the addresses.  False: no memory.
 * dwarf_calls_deinit() it in any case. */
bool dwarf_calls_find(struct dwarf_calls *calls, const struct image *image,
                      struct debug_source *source, const uint64_t *addresses,
                      const uint64_t *starts, uint32_t count, const struct dwarf_sink *sink);
void dwarf_calls_deinit(struct dwarf_calls *calls);

#endif
