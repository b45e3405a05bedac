/* SPDX-License-Identifier: Apache-2.0
 *
 * Chains of tail calls as they were found, until the functions in them have names.
 */
#ifndef MEMPROF_COLLECTOR_SYMBOLS_CHAINS_H
#define MEMPROF_COLLECTOR_SYMBOLS_CHAINS_H

#include "collector/symbols/tail_calls.h"

struct chain {
    uint32_t caller; /* index of the query's address */
    uint64_t entry;  /* as struct tail_end has it */
    char *symbol;
    uint32_t step_first, step_count;
};

struct chains {
    struct chain *items;
    uint32_t count, capacity;
    struct tail_step *steps;
    uint32_t step_count, step_capacity;
    uint64_t *places; /* of all steps, ascending, each once */
    uint32_t place_count;
    bool no_memory;
};

/* Fills in the query's sink.  False: no memory.  chains_deinit() it in any case. */
bool chains_find(struct chains *chains, struct tail_query *query);
void chains_deinit(struct chains *chains);
/* The index of a step's place. */
uint32_t chains_place(const struct chains *chains, const struct tail_step *step);

#endif
