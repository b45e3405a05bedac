/* SPDX-License-Identifier: Apache-2.0
 *
 * What surrounds the shim's lock-free parts in the search: a process with given
 * stacks and blocks, its state in tracked memory, and what a reader sees of it.
 */
#ifndef INTERLEAVINGS_WORLD_H
#define INTERLEAVINGS_WORLD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* In tracked memory. */
#define TRACKED __attribute__((section("shim_data")))

/* What the program did, counted by itself: begun before the call, done after it. */
struct world_events {
    uint64_t allocs_begun, allocs_done, frees_begun, frees_done;
};
extern struct world_events world_counts;

/* The same by the innermost frame of who allocated: PC_ONE and so on. */
#define WORLD_SITES    3u
#define WORLD_SITE(pc) ((unsigned)((pc) >> 12) - 5u)
extern struct world_events world_site_counts[WORLD_SITES];

#define WORLD_SIZE     64u /* of every block */
#define WORLD_BLOCK(n) ((void *)(UINT64_C(0x100000) + (n) * 4096u))

struct state_header;

/* A ready process. */
void world_init(void);

/* What is process-wide, as before the process had anything. */
void world_wipe_process(void);

/* An allocation of `block` with a stack of one frame, `pc`; and its release.  The
 * allocator itself is the case's business. */
void world_allocate(void *block, uintptr_t pc);
void world_release(void *block);

/* The thread ends, as the kernel sees it. */
void world_thread_ends(void);

/* Threads look at the totals; set before the threads are made, or never. */
extern bool world_looks;

/* What the clock says, since the start. */
extern uint64_t world_now_ns;

struct world_sums {
    uint64_t allocated_objects, allocated_bytes, freed_objects, freed_bytes;
};
/* The same sums by a reader of its own: what was freed first. */
struct world_sums world_sum(void);

/* What the collector opened before the threads began, and what it sums now: its own code,
 * each load of it a step. */
void world_open(const void *state, size_t bytes);
struct world_sums world_read(void);

/* The collector opens the state as it is: its head is whole. */
void world_check_published(const void *state, size_t bytes);
/* The collector opens the state as it is and finds the same. */
void world_check_collected(const void *state, size_t bytes, const struct world_sums *wanted);

/* Is a thread on a stack of its own?  Then its events can be followed; set by a case. */
extern bool world_follows;

/* How blocks lived, over all stacks and shards, as the collector finds it in the state as it is. */
struct world_lives {
    uint64_t followed, began, ended, crossed, unfollowed;
    int64_t live;
};
struct world_lives world_lives(const void *state, size_t bytes);

/* The node of a site as the collector finds it in the state as it is. */
uint32_t world_site_collected(const void *state, size_t bytes, uint32_t site);

/* The peak as the collector finds it: of the state as it is; and as one that reads while
 * others go on, with what world_open() made, each load a step. */
struct world_peak {
    uint64_t bytes;
    bool is_now, is_exact;
    struct world_sums site[WORLD_SITES];
};
struct world_peak world_peak_collected(const void *state, size_t bytes);
struct world_peak world_read_peak(void);

/* The points of a ring as the collector finds them, at most WORLD_POINTS: of the state as it
 * is, and as one that reads while others go on. */
#define WORLD_POINTS 4u
struct world_point {
    uint64_t since_start_ns, inuse_bytes, allocated_bytes, allocated_objects;
};
unsigned world_ring_collected(unsigned ring, struct world_point *points);
unsigned world_read_ring(unsigned ring, struct world_point *points);

/* Records as the open reader finds them: of LIFE and FREED_AT, and the node of a site. */
struct state_reader_life;
struct state_reader_freed_at;
void world_visit_lives(bool (*visit)(void *unused, const struct state_reader_life *life));
void world_visit_freed_at(bool (*visit)(void *unused, const struct state_reader_freed_at *freed));
uint32_t world_read_site(uint32_t site);

/* A node as the open reader finds it; how many objects are saved for these counters. */
struct state_reader_node;
bool world_read_node(uint32_t node, struct state_reader_node *copy);
struct state_counters;
uint64_t world_saved_objects(const struct state_counters *counters);

/* Forgets the process; where its next state will lie. */
const struct state_header *world_next_state(void);

/* What the reader allocates while its steps are taken back. */
void *world_reader_malloc(size_t bytes);
void world_reader_free(void *block);

/* Sampled blocks that are live now. */
unsigned world_live(void);

/* What a kill at this moment leaves is right: what was done is there, what was not
 * begun is not, no site has more freed than allocated, no chunk twice. */
void world_check_kill(bool at_end);
/* The same without the collector, which takes longer. */
void world_check_sums(bool at_end);

/* Memory as a fork's child sees it, and as the child of a handler that interrupted an
 * event sees it (the state is the same file as the parent's); is this one; and whether the child
 * left its parent's state alone. */
void world_child(void);
void world_child_keeps(void);
bool world_is_child(void);
void world_check_parent_untouched(void);

#endif
