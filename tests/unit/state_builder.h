/* SPDX-License-Identifier: Apache-2.0
 *
 * Writes synthetic states for the collector's tests: right ones by default, and
 * the memory is there to be broken.
 */
#ifndef MEMPROF_TESTS_STATE_BUILDER_H
#define MEMPROF_TESTS_STATE_BUILDER_H

#include "preload/state.h"
#include "preload/state_values.h"

#include <stddef.h>
#include <stdint.h>

struct state_builder {
    char *memory; /* the state; 4096-byte aligned */
    size_t bytes;
    uint32_t chunk_bytes;
    uint32_t record_bytes[STATE_TABLE_COUNT]; /* 0: of strings */
    uint32_t ordinals[STATE_TABLE_COUNT];
    uint64_t cursors[STATE_TABLE_COUNT], ends[STATE_TABLE_COUNT];
    uint32_t counts[STATE_TABLE_COUNT]; /* records of tables that have indexes */
};

/* A state of `chunks` chunks with a filled-in header; aborts without memory. */
void state_builder_init_chunks(struct state_builder *builder, uint32_t chunks,
                               uint32_t chunk_bytes);
/* With chunks of 16 KiB. */
void state_builder_init(struct state_builder *builder, uint32_t chunks);
void state_builder_deinit(struct state_builder *builder);
struct state_header *state_builder_header(struct state_builder *builder);

uint64_t state_builder_string(struct state_builder *builder, const char *text);
/* A module mapped at `start` as one segment, file offset 0x1000; its index. */
uint32_t state_builder_module(struct state_builder *builder, const char *path, uint64_t start,
                              uint64_t bytes);
struct state_module *state_builder_module_at(struct state_builder *builder, uint32_t index);
uint32_t state_builder_node(struct state_builder *builder, uint32_t parent, uint32_t module,
                            uint64_t pc);
struct state_node *state_builder_node_at(struct state_builder *builder, uint32_t node);
uint32_t state_builder_site(struct state_builder *builder, uint32_t size_class, uint32_t node);
struct state_counters *state_builder_cell(struct state_builder *builder, uint32_t shard,
                                          uint32_t site, uint64_t allocated_objects,
                                          uint64_t allocated_bytes, uint64_t freed_objects,
                                          uint64_t freed_bytes);
/* How blocks of a stack lived, in one shard; the rest is the caller's to fill in. */
struct state_life *state_builder_life(struct state_builder *builder, uint32_t shard, uint32_t node);
void state_builder_freed_at(struct state_builder *builder, uint32_t shard, uint32_t node,
                            uint32_t free_node, uint32_t count);
struct state_shard *state_builder_buffer(struct state_builder *builder, uint64_t samples);

/* A point of the timeline, at its place. */
void state_builder_point(struct state_builder *builder, unsigned ring, uint64_t since_start_ns,
                         uint64_t inuse_bytes, uint64_t allocated_bytes,
                         uint64_t allocated_objects);

/* A small state with three sites in two modules and two threads; what the tests
 * and the fuzzer's first input are made from. */
void state_builder_example(struct state_builder *builder);
/* The same as a later build would write it: a longer header, records 16 bytes longer, a
 * table and an optional feature more. */
#define STATE_TABLE_LATER 77u
void state_builder_later_example(struct state_builder *builder);
/* Makes a finished state one of version 1. */
void state_builder_first_version(struct state_builder *builder);
/* The same in chunks of 4 KiB: small inputs are fuzzed better. */
void state_builder_small_example(struct state_builder *builder);

/* Writes the state to a new file of mode 0600; aborts when it cannot. */
void state_builder_write(const struct state_builder *builder, const char *path);

#endif
