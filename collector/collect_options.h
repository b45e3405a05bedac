/* SPDX-License-Identifier: Apache-2.0
 *
 * How a state is to be collected, and what came of it.
 */
#ifndef MEMPROF_COLLECTOR_COLLECT_OPTIONS_H
#define MEMPROF_COLLECTOR_COLLECT_OPTIONS_H

#include "collector/profile/profile.h"
#include "collector/symbols/workers.h"

#include <stdbool.h>
#include <stdint.h>

/* All zeros are the defaults. */
struct collect_options {
    /* Template of the profile's name, relative to our directory; NULL: MEMPROF_OUT, else the
     * default.  What the state says counts at_exit alone. */
    const char *out;
    uint64_t run_began_ns;          /* CLOCK_REALTIME: when the run began whose states `memprof run`
                                       collects; 0: it is not `run` */
    uint64_t ended_ns;              /* CLOCK_REALTIME: when the process ended; 0: not known */
    bool use_debuginfod;            /* ask the servers of DEBUGINFOD_URLS for missing debug files */
    unsigned debuginfod_timeout_s;  /* 0: 10 */
    unsigned soft_limit_ms;         /* no DWARF is read after this long; 0: no limit */
    uint32_t max_samples;           /* of more samples the smallest are folded; 0: no limit */
    bool with_peak;                 /* a profile of the moment when the most was in use, too;
                                     * what the state says counts at_exit alone */
    bool at_exit;                   /* called by the process itself, which is about to end */
    bool keep_state;                /* do not remove it afterwards */
    struct symbol_workers *workers; /* borrowed; NULL: this state has a process of its own */
    /* Called now and then with done <= total; may be NULL. */
    void (*progress)(void *context, uint64_t done, uint64_t total);
    void *progress_context;
};

struct collect_result {
    char *path;           /* the profile */
    char *peak_path;      /* that of the peak; NULL: none was wanted */
    char *lifetimes_path; /* of how blocks lived; NULL: it was not recorded */
    char *exe;
    uint32_t pid;                                                /* in its own pid namespace */
    uint32_t flags;                                              /* STATE_IS_* */
    uint64_t run_id;                                             /* 0: not under `memprof run` */
    int64_t totals[PROFILE_VALUES], peak_totals[PROFILE_VALUES]; /* of each profile */
    uint64_t interval_bytes;
    uint64_t samples;   /* recorded */
    uint64_t truncated; /* how many of the samples have a truncated stack */
    uint64_t lost;      /* events that lost something, see the profile's comments */
    bool is_live;       /* the process runs, or that cannot be told (is_unknown); its state stays */
    bool is_unknown;
    bool has_removed_state;
    char *warning; /* what is missing in the profile; NULL: nothing */
    char *remark;  /* what --verbose tells; NULL: nothing */
    /* Whether the process's descriptor 2 is still what it was at start, for at_exit. */
    bool may_print;
    bool is_verbose;
};

#endif
