/* SPDX-License-Identifier: Apache-2.0
 *
 * The records of a state by their index.
 */
#ifndef MEMPROF_COLLECTOR_STATE_TABLES_H
#define MEMPROF_COLLECTOR_STATE_TABLES_H

#include "collector/state/info.h"
#include "collector/state/module.h"

/* Modules by index; those that were never published have map_end 0. */
const struct module *state_reader_modules(const struct state_reader *reader, uint32_t *count);

/* Of the executable, whether modules were copied or not; 0: not known. */
uint32_t state_reader_build_id(const struct state_reader *reader, uint8_t id[MODULE_BUILD_ID_MAX]);

/* Sites by index; those that were never published have node 0. */
const struct state_reader_site *state_reader_sites(const struct state_reader *reader,
                                                   uint32_t *count);

struct state_reader_node {
    uint32_t parent, module; /* parent 0: outermost; module 0: in none */
    uint64_t pc;             /* for lookup; of a pseudo frame: its number */
    bool is_pseudo;
    uint32_t chunk,
        place; /* a number for it, dense where nodes are: made of its chunk and its place in that */
};
/* False: there is no such node, or it was never published. */
bool state_reader_node(const struct state_reader *reader, uint32_t node,
                       struct state_reader_node *copy);
uint32_t state_reader_nodes_per_chunk(const struct state_reader *reader);

/* A shard of counters, for inspection; false past the last. */
struct state_reader_shard {
    uint32_t owner, owners;
    uint64_t samples, samples_freed, truncated;
    struct state_reader_counts totals;
};
bool state_reader_shard(const struct state_reader *reader, uint32_t index,
                        struct state_reader_shard *copy);
/* Chunks and published records of a table; NULL: no such table. */
const char *state_reader_table(const struct state_reader *reader, unsigned table, uint32_t *chunks,
                               uint64_t *records, uint64_t *capacity);
/* Tables of the directory that this version does not know; false past the last. */
bool state_reader_foreign_table(const struct state_reader *reader, uint32_t index, uint32_t *id,
                                uint32_t *record_bytes);
/* Visits the stacks on which two unwinders disagree, as long as it returns true. */
void state_reader_diffs(const struct state_reader *reader,
                        bool (*visit)(void *context, uint32_t recorded, uint32_t compared),
                        void *context);

#endif
