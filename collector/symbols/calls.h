/* SPDX-License-Identifier: Apache-2.0
 *
 * What is known of the calls in a profile's stacks: which locations call which, where the
 * functions around them begin, and the chains of tail calls that are missing between them.
 * Chains belong to pairs of frames, while a location is shared by all stacks that go through it.
 */
#ifndef MEMPROF_COLLECTOR_SYMBOLS_CALLS_H
#define MEMPROF_COLLECTOR_SYMBOLS_CALLS_H

#include "collector/profile/hash.h"
#include "collector/profile/profile.h"

#include <stdbool.h>
#include <stdint.h>

#define SYMBOL_ENDS_MAX 64u /* of one location */

/* Where chains from a location end: in a function of its module, by entry; in one outside, by
 * symbol (a string of the profile); in a function that allocates, with neither. */
struct symbol_end {
    uint64_t entry;
    uint32_t symbol;
    uint32_t line_first, line_count; /* of the chain, the innermost first: the profile's */
    uint32_t next;                   /* 0: none */
};

/* Of a location.  Addresses are those of the module's file. */
struct symbol_call {
    uint64_t entry;  /* of the function around it; 0: not known */
    uint64_t target; /* the function of its module that it calls directly; 0: none */
    uint32_t end_first, end_count;
    uint32_t pair_first;
    bool is_known;
    bool is_global;   /* the function around it has a symbol that others can name */
    bool is_searched; /* for chains; those that there are, are among the ends */
};

struct symbol_pair {
    uint32_t caller, callee; /* locations; callee 0: a function that allocates */
    uint32_t next;           /* of the same caller; 0: none */
};

struct symbol_calls {
    struct profile *profile;
    const uint32_t *module_of; /* by mapping */
    uint32_t mapping_count;
    struct symbol_call *items; /* by location */
    uint32_t count;
    PROFILE_POOL(struct symbol_pair) pairs; /* 0 is not used, nor is it of ends */
    PROFILE_POOL(struct symbol_end) ends;
};

/* Makes room for all locations and collects the pairs of all stacks; of locations that were there
 * before, what is known stays.  Zeroed before the first time.  False: no memory. */
bool symbol_calls_update(struct symbol_calls *calls, struct profile *profile,
                         const uint32_t *module_of, uint32_t mapping_count);
void symbol_calls_deinit(struct symbol_calls *calls);

uint32_t symbol_calls_module(const struct symbol_calls *calls, uint32_t location);

/* Whether chains from this location have to be searched: it calls another function than the
 * one that the stacks have next. */
bool symbol_calls_wants_chains(const struct symbol_calls *calls, uint32_t location);

/* end.next does not count.  What is more than SYMBOL_ENDS_MAX is left out.  False: no memory. */
bool symbol_calls_add_end(struct symbol_calls *calls, uint32_t location, struct symbol_end end);

/* The chain that is missing between two frames; NULL: none.  Callee 0: a function that
 * allocates. */
const struct symbol_end *symbol_calls_chain(const struct symbol_calls *calls, uint32_t caller,
                                            uint32_t callee);

#endif
