/* SPDX-License-Identifier: Apache-2.0
 *
 * A state at one moment as a profile with names.  Nothing is locked, written or removed, so
 * any number of readers may look at a state at once, for as long as they like.
 */
#ifndef MEMPROF_COLLECTOR_SNAPSHOT_H
#define MEMPROF_COLLECTOR_SNAPSHOT_H

#include "collector/aggregate.h"
#include "collector/base/error.h"
#include "collector/counts.h"
#include "collector/profile/profile.h"
#include "collector/state/counts.h"
#include "collector/state/reader.h"
#include "collector/symbolize.h"

#include <stdbool.h>
#include <stdint.h>
#include <sys/stat.h>
#include <sys/types.h>

/* All zeros are the defaults. */
struct snapshot_options {
    bool at_peak;                 /* show the moment when the most was in use, not this one */
    const struct counts *earlier; /* show what has changed since; NULL: what there is */
    uint64_t end_ns;              /* CLOCK_REALTIME when the process ended; 0: it runs on */
    bool is_for_file;             /* say whose it is, and what was in use over time, too */
    bool with_arguments;          /* ... and, unless MEMPROF_ARGUMENTS=0, its command line */
    bool use_debuginfod;
    unsigned debuginfod_timeout_s;  /* 0: 10 */
    int64_t deadline_ms;            /* CLOCK_MONOTONIC; no DWARF is read after it; 0: none */
    struct symbol_workers *workers; /* borrowed; NULL: a process for each snapshot */
    uint32_t max_samples;           /* of more samples the smallest are folded; 0: no limit */
    void (*progress)(void *context, uint64_t done, uint64_t total); /* may be NULL */
    void *progress_context;
};

/* What snapshots are taken of, and what is kept from one to the next: stacks, and the names of
 * their addresses.  The descriptor and the name stay the caller's. */
struct snapshot_source {
    int fd;
    const char *name; /* for messages */
    pid_t
        process; /* the process that maps the state, in our pid namespace; 0: none, or not known */
    struct stat status;
    struct state_reader *reader;
    struct aggregate aggregate;
    struct symbolize_report report; /* of all snapshots so far */
    struct symbol_calls calls;      /* likewise */
    uint32_t beginnings;            /* the profile of `aggregate` that `calls` belongs to */
    uint64_t named_size;            /* records when all of them had names */
    uint64_t limited_size;          /* nodes and samples when this was found: */
    uint32_t frames_limit;          /* so many samples have not too many frames */
};

struct snapshot {
    struct profile *profile; /* with names; nothing more can be interned in it */
    struct counts
        counts; /* the counts of its moment, which a later snapshot may be compared with */
    struct state_reader_peak peak; /* is_exact is known of a snapshot at the peak alone */
    int64_t totals[PROFILE_VALUES];
    char *warning; /* what is missing in the profile; NULL: nothing */
    char *remark;  /* what --verbose tells; NULL: nothing */
};

/* snapshot_source_deinit() it in any case. */
struct error *snapshot_source_init(struct snapshot_source *source, int fd, const char *name,
                                   pid_t process);
void snapshot_source_deinit(struct snapshot_source *source);

/* Takes one, and keeps what the next one needs.  snapshot_deinit() it in any case. */
struct error *snapshot_take(struct snapshot_source *source, const struct snapshot_options *options,
                            struct snapshot *snapshot);
/* The only one, or the last: needs half the memory, and no name that is not shown is looked
 * for.  Of the reader only what it says about the process is left. */
struct error *snapshot_take_last(struct snapshot_source *source,
                                 const struct snapshot_options *options, struct snapshot *snapshot);
void snapshot_deinit(struct snapshot *snapshot);

/* For who takes something else of a source: names for the frames of an aggregate of its stacks, and
 * the comments and drop_frames that all profiles of it have.  False: no memory. */
bool snapshot_name(struct snapshot_source *source, struct aggregate *aggregate,
                   struct symbol_calls *calls, const struct snapshot_options *options);
bool snapshot_describe(const struct snapshot_source *source, struct profile *profile,
                       const struct snapshot_options *options);

#endif
