/* SPDX-License-Identifier: Apache-2.0
 *
 * Reads a state: of a living process, of a dead one, or a crafted file.  Every
 * value is copied, bounded, and the copy is used; what cannot be right is left
 * out.  The layout itself is known to layout.h and the files of the reader alone.
 */
#ifndef MEMPROF_COLLECTOR_STATE_READER_H
#define MEMPROF_COLLECTOR_STATE_READER_H

#include "collector/base/error.h"
#include "collector/state/module.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct state_reader;

#define STATE_READER_LOSSES 8
#define STATE_READER_TABLES 10

/* The header, copied when the state was opened, and sums over the shards. */
struct state_info {
    uint32_t version;
    uint64_t state_bytes;
    uint32_t chunk_bytes, chunk_count, chunks_used;
    uint32_t pid, ppid, uid;
    uint64_t pid_namespace, start_ns, run_id;
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
};

/* `name` is for messages.  The descriptor stays the caller's and is not needed afterwards. */
struct error *state_reader_create(int fd, const char *name, struct state_reader **reader);
/* Over memory that stays the caller's; 8-byte aligned. */
struct error *state_reader_create_memory(const void *memory, size_t bytes, const char *name,
                                         struct state_reader **reader);
void state_reader_destroy(struct state_reader *reader);
/* Looks again at what grows while the process runs: the numbers of the header, modules, sites.
 * What was there keeps its index; arrays may move.  False: no memory. */
bool state_reader_refresh(struct state_reader *reader);
/* Lets go of the file: afterwards only the header, modules and sites are there. */
void state_reader_unmap(struct state_reader *reader);
/* The file was cut short while it was read: what was read is not to be used. */
bool state_reader_is_broken(const struct state_reader *reader);

const struct state_info *state_reader_info(const struct state_reader *reader);

/* Modules by index; those that were never published have map_end 0. */
const struct module *state_reader_modules(const struct state_reader *reader, uint32_t *count);

/* Sites by index; those that were never published have node 0. */
struct state_reader_site {
    uint32_t size_class, node;
};
const struct state_reader_site *state_reader_sites(const struct state_reader *reader,
                                                   uint32_t *count);

struct state_reader_node {
    uint32_t parent, module; /* parent 0: outermost; module 0: in none */
    uint64_t pc;             /* for lookup; of a pseudo frame: its number */
    bool is_pseudo;
    uint32_t chunk, place; /* a dense number for it: its chunk and the place in that */
};
/* False: there is no such node, or it was never published. */
bool state_reader_node(const struct state_reader *reader, uint32_t node,
                       struct state_reader_node *copy);
uint32_t state_reader_nodes_per_chunk(const struct state_reader *reader);

/* The counters of a site over all threads; inuse is allocated - freed. */
struct state_reader_counts {
    uint64_t allocated_objects, allocated_bytes, freed_objects, freed_bytes;
};
/* Fills one record per site (as many as state_reader_sites() says): first the
 * freed counters of all counters, then the allocated ones, so that what is seen
 * freed is seen allocated even while the process runs. */
void state_reader_counts(const struct state_reader *reader, struct state_reader_counts *counts);

/* How the counts at the peak were come by. */
struct state_reader_peak {
    uint64_t bytes; /* in use: the sum over the counts */
    uint64_t ns;    /* of the realtime clock; 0: not known */
    bool is_known;  /* false: the state does not keep one, and the counts are those of now */
    bool is_now;    /* the total has not been higher than now: they are those of now */
    bool is_exact;  /* false: the peak moved while it was read, or some of it had no room */
};
/* Fills the counters as they were when the bytes in use were the most, in `counts`
 * as state_reader_counts() does.  Recorded while other threads went on: a cut that is one event
 * per thread wide, so that a site may have one more freed than allocated.  False: no memory. */
bool state_reader_counts_at_peak(const struct state_reader *reader,
                                 struct state_reader_counts *counts,
                                 struct state_reader_peak *peak);

/* The same about it, without the counts and without a pass over them; is_exact is not known. */
void state_reader_peak(const struct state_reader *reader, struct state_reader_peak *peak);

/* The sums over all sites, without a pass over them: from the totals of the shards, freed
 * ones first; of a state without those, from the counters. */
void state_reader_totals(const struct state_reader *reader, struct state_reader_counts *totals);

/* --- the timeline --- */

#define STATE_READER_RINGS       7
#define STATE_READER_RING_POINTS 600
struct state_reader_point {
    uint64_t since_start_ns; /* to about 1 ms */
    uint64_t inuse_bytes, allocated_bytes, allocated_objects;
};
/* The points of a ring that are there and whole, oldest first, at most
 * STATE_READER_RING_POINTS; how many.  Between two of them the first one holds on.  The last
 * may be older than what the totals say: state_reader_totals() is the point of now. */
uint32_t state_reader_ring(const struct state_reader *reader, unsigned ring,
                           struct state_reader_point *points);
/* Between the points of a ring. */
uint64_t state_reader_ring_step_ns(unsigned ring);

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
