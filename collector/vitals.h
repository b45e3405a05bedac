/* SPDX-License-Identifier: Apache-2.0
 *
 * How a recorded process does: what is read without a pass over its sites, so that hundreds of
 * them can be looked at together.
 */
#ifndef MEMPROF_COLLECTOR_VITALS_H
#define MEMPROF_COLLECTOR_VITALS_H

#include "collector/base/error.h"
#include "collector/state/counts.h"
#include "collector/state/module.h"
#include "collector/state/timeline.h"

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#define VITALS_RATE_NS (UINT64_C(10) * 1000000000)

struct vitals_ring {
    uint64_t step_ns;
    uint32_t count;
    struct state_reader_point *points; /* oldest first; NULL: not asked for */
};

struct vitals {
    uint32_t version, pid, parent, flags; /* numbers as the process has them; STATE_IS_* */
    uint64_t pid_namespace, run_id, start_ns, interval_bytes;
    char *exe, *comm, *words;            /* words: its command line, cut at 4 KiB */
    char writer[33];                     /* the version of memprof in it; "" when unknown */
    char build_id[MODULE_BUILD_ID_TEXT]; /* of the executable, in hex; "" when unknown */
    bool is_exiting;
    uint64_t samples, live_samples, truncated, lost;
    uint64_t threads; /* that recorded something */
    uint64_t losses[STATE_READER_LOSSES];
    uint64_t state_bytes;              /* that its state takes, on disk */
    struct state_reader_counts totals; /* estimates where interval_bytes > 1 */
    double error_bytes, error_objects; /* of what is live, at 95 %; 0: exact */
    struct state_reader_peak peak;     /* is_exact is not known */
    uint64_t up_ns;                    /* since recording began */
    bool has_rate;                     /* its state keeps a timeline, and we have its clock */
    double rate_bytes, rate_objects;   /* allocated in a second, in the last ten */
    bool has_last_event;               /* likewise, and there was an event */
    uint64_t last_event_ns;            /* how long ago, at most: the last point of the timeline */
    struct vitals_ring rings[STATE_READER_RINGS];
};

/* Bytes and objects in use; never negative. */
uint64_t vitals_live_bytes(const struct vitals *vitals);
uint64_t vitals_live_objects(const struct vitals *vitals);

/* For how long nothing has happened, as far as is known; without a timeline, since recording began.
 */
uint64_t vitals_silent_ns(const struct vitals *vitals);

/* The finest ring whose points reach back to the beginning, of those that were read; one without
 * points where nothing happened after the first of its steps.  NULL: there is no timeline. */
const struct vitals_ring *vitals_whole_ring(const struct vitals *vitals);

/* Reads a state; `name` is for messages.  vitals_deinit() it in any case. */
struct error *vitals_read(struct vitals *vitals, int fd, const char *name, bool with_rings);
void vitals_deinit(struct vitals *vitals);

/* By how many bytes a peak of `bytes` is too high at most: it is the highest of many estimates, and
 * so by up to two standard errors of one (docs/statistics.md).  0 at an interval of 1. */
uint64_t vitals_peak_excess(uint64_t bytes, uint64_t interval_bytes);

#endif
