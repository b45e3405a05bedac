/* SPDX-License-Identifier: Apache-2.0
 *
 * What `memprof stats` knows of a process, a state or a profile.
 */
#ifndef MEMPROF_TOOLS_STATS_READING_H
#define MEMPROF_TOOLS_STATS_READING_H

#include "collector/base/error.h"
#include "collector/memory/smaps.h"
#include "collector/profile/memstats.h"
#include "collector/vitals.h"
#include "tools/argument.h"

#include <stdbool.h>
#include <stdint.h>

enum stats_source { STATS_PROCESS, STATS_STATE, STATS_PROFILE };
extern const char *const stats_source_names[];

struct stats {
    enum stats_source source;
    const char *name; /* as it was typed; borrowed */
    char *program;    /* its name, or "" */
    const char *view; /* of a profile: "peak"; "": of its end.  Borrowed */
    pid_t pid;        /* of a process; 0: not known */
    uint64_t time_ns; /* of what is said, CLOCK_REALTIME; 0: not known */
    struct memstats memstats;
    bool has_sizes;     /* by size, too; else intervals of numbers of objects are not known */
    bool shows_sizes;   /* they are to be printed */
    double alloc_error; /* of the bytes in use, where has_sizes is false */
    bool has_peak;
    uint64_t peak_bytes, peak_ns; /* peak_ns 0: not known */
    bool has_rate;
    double rate, rate_s; /* bytes allocated in a second, and over how many that is */
    uint64_t lost;
    /* What the kernel says; only of a process. */
    bool has_resident;
    uint64_t rss, rss_most;
    bool has_memory; /* its mappings are not closed to us */
    struct memory_sizes allocator, stacks, all, ours;
    struct profile *profile; /* that `view` is of */
};

/* stats_deinit() it in any case.  With `only_totals` nothing is looked at but sums: neither
 * counters nor mappings. */
struct error *stats_read(struct stats *stats, const struct argument *argument, bool only_totals);
void stats_deinit(struct stats *stats);

#endif
