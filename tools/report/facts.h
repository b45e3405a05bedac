/* SPDX-License-Identifier: Apache-2.0
 *
 * What a report says above its views: whose profile it is, its totals and how sure they are, and
 * what is missing in it.
 */
#ifndef MEMPROF_TOOLS_REPORT_FACTS_H
#define MEMPROF_TOOLS_REPORT_FACTS_H

#include "tools/report/views.h"

/* How the values of a profile came to be. */
enum facts_sampling {
    FACTS_EXACT,      /* each allocation was recorded */
    FACTS_STRATIFIED, /* memprof's samples */
    FACTS_POISSON,    /* samples that fall independently of each other: Go's */
    FACTS_UNKNOWN,    /* values that are no heap's */
};
extern const char *const facts_sampling_names[];

struct facts_total {
    const char *type, *unit; /* the profile's */
    int64_t value;
    double error; /* of a 95 % interval, the longer half; 0: none is known, or it is exact */
};

struct report_facts {
    const struct profile *profile; /* the first view's */
    const char *program;           /* path of the executable; "": not known */
    const char *build_id, *start, *end, *version;
    const char *host, *command; /* NULL: not known, or several */
    enum facts_sampling sampling;
    double interval; /* bytes */
    uint64_t threads;
    struct facts_total *totals;        /* by type; owned */
    uint64_t peak_bytes;               /* 0: not known */
    const char *peak_time;             /* NULL: not known */
    double events;                     /* that were recorded, about */
    uint64_t lost, truncated, samples; /* truncated of so many samples; 0 of 0: none */
    bool is_heap;                      /* it has our four types */
    uint64_t built_ns; /* when the executable was written, or else the profile; 0: not known */
};

/* The texts are those of the profile.  False: no memory.  report_facts_deinit() them in any case.
 */
bool report_facts_init(struct report_facts *facts, const struct report_views *views);
void report_facts_deinit(struct report_facts *facts);

/* How the values of one profile came to be, and its interval and threads. */
enum facts_sampling facts_sampling_of(const struct profile *profile, double *interval,
                                      uint64_t *threads);

#endif
