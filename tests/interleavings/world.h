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
struct world_counts {
    uint64_t allocs_begun, allocs_done, frees_begun, frees_done;
};
extern struct world_counts world_counts;

#define WORLD_SIZE     64u /* of every block */
#define WORLD_BLOCK(n) ((void *)(UINT64_C(0x100000) + (n) * 4096u))

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

/* Bytes in use at the peak, as the collector finds it in the state as it is. */
uint64_t world_peak_collected(const void *state, size_t bytes);

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
