/* SPDX-License-Identifier: Apache-2.0
 *
 * How blocks lived, as the state has it: by stack and shard.  What the fields mean is said in
 * preload/state_lifetimes.h; the order of the levels, ages and sizes is the same here.
 */
#ifndef MEMPROF_COLLECTOR_STATE_LIFETIMES_H
#define MEMPROF_COLLECTOR_STATE_LIFETIMES_H

#include "collector/state/info.h"

#define STATE_READER_LEVELS     16
#define STATE_READER_AGES       16
#define STATE_READER_SIZES      24
#define STATE_READER_SHARD_MOST 64 /* `shard` is not larger */

/* One stack in one shard, copied. */
struct state_reader_life {
    uint32_t node, shard, depth;
    uint32_t followed, censored, unfollowed, crossed;
    uint32_t realloc_in, realloc_out, moved, chains;
    uint16_t chain_longest, doubted;
    uint32_t replaced_larger, replaced_smaller;
    int32_t live;
    uint32_t live_max;
    uint32_t size_min, size_max;
    uint64_t copied_bytes, replaced_larger_bytes, replaced_smaller_bytes, slack_bytes;
    uint32_t began_at[STATE_READER_LEVELS], ended_at[STATE_READER_LEVELS];
    uint32_t age[STATE_READER_AGES], final_size[STATE_READER_SIZES];
};

/* Visits the records of LIFE that were published, as long as it returns true.  The node is one
 * that state_reader_node() may or may not know. */
void state_reader_lives(const struct state_reader *reader,
                        bool (*visit)(void *context, const struct state_reader_life *life),
                        void *context);

/* Blocks allocated at the stack `node` and freed at the stack `free_node` by threads of `shard`. */
struct state_reader_freed_at {
    uint32_t node, free_node, shard, count;
};
void state_reader_freed_at(const struct state_reader *reader,
                           bool (*visit)(void *context, const struct state_reader_freed_at *freed),
                           void *context);

/* The largest size in a bucket of final_size; of the last, UINT64_MAX. */
uint64_t state_reader_size_bytes(uint32_t bucket);

#endif
