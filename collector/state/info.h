/* SPDX-License-Identifier: Apache-2.0
 *
 * What the header of a state says, as the collector keeps it, and the records that more than
 * one part of the reader knows.
 */
#ifndef MEMPROF_COLLECTOR_STATE_INFO_H
#define MEMPROF_COLLECTOR_STATE_INFO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct state_reader;

#define STATE_READER_LOSSES 8
#define STATE_READER_TABLES 12

/* What kind of process it is */
#define STATE_IS_FIRST  1u /* the process that `memprof run` started */
#define STATE_IS_FORKED 2u /* made by fork, without exec */
#define STATE_IS_CHILD  4u /* its parent was profiled too */

/* The header, copied when the state was opened, and sums over the shards. */
struct state_info {
    uint32_t version;
    uint64_t state_bytes;
    uint32_t chunk_bytes, chunk_count, chunks_used;
    uint32_t pid, ppid, uid;
    uint64_t pid_namespace, start_ns, run_id;
    uint64_t start_monotonic_ns; /* CLOCK_MONOTONIC when the state was made; 0: not known */
    uint32_t flags;
    bool is_first, is_forked, is_child, is_pinned, wants_peak;
    uint64_t interval_bytes, seed;
    uint32_t depth;
    const char *unwinder;   /* a name */
    char *exe, *comm, *cwd; /* "" when unknown */
    char *out;              /* NULL: the default template */
    char *arguments;        /* NUL-separated */
    size_t arguments_bytes;
    uint64_t stderr_device, stderr_inode;
    bool stderr_open, is_verbose, is_exiting;
    uint32_t sites_used, modules_used, shards_used, unload_epoch;
    uint64_t threads;
    uint64_t losses[STATE_READER_LOSSES];
    uint64_t diff_stacks, diff_different;
    uint64_t samples, samples_freed, truncated;
    char writer[33]; /* the version of memprof that wrote it; "" when unknown */
    bool has_totals, has_peak, has_timeline;
    /* One of how many windows was followed, and the events of a window; 0: no lifetimes. */
    uint32_t lifetimes, lifetimes_window;
};

/* A stack and a size class. */
struct state_reader_site {
    uint32_t size_class, node;
};

/* The counters of a site over all threads; inuse is allocated - freed. */
struct state_reader_counts {
    uint64_t allocated_objects, allocated_bytes, freed_objects, freed_bytes;
};

#endif
