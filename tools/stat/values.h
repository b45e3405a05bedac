/* SPDX-License-Identifier: Apache-2.0
 *
 * A record as rows of numbers: each value of each program, over its runs, and how two sides of
 * them differ.
 */
#ifndef MEMPROF_TOOLS_STAT_VALUES_H
#define MEMPROF_TOOLS_STAT_VALUES_H

#include "collector/profile/ranks.h"
#include "tools/measure.h"
#include "tools/stat/record.h"

#define STAT_CONFIDENCE 0.95
#define STAT_EXACT_RUNS 3 /* a side, for values that are equal in all runs to differ untested */

enum stat_metric {
    STAT_ALLOCS,
    STAT_BYTES,
    STAT_PEAK,
    STAT_LIVE,
    STAT_ALLOCS_PER_OPERATION,
    STAT_BYTES_PER_OPERATION,
    STAT_CPU,          /* of plain runs */
    STAT_CPU_RECORDED, /* of recorded ones, where there are no plain ones */
    STAT_SLOWDOWN,     /* CPU time of a recorded run to that of a plain one */
    STAT_METRICS,
};

/* "allocs" for people, "alloc_objects" for programs. */
extern const char *const stat_metric_titles[STAT_METRICS];
extern const char *const stat_metric_keys[STAT_METRICS];
extern const char *const stat_metric_units[STAT_METRICS];

struct stat_series {
    const char *program; /* "": all of them together */
    enum stat_metric metric;
    double *values; /* by run, in the order of time */
    size_t count;
    double least, most;
    struct median median; /* its interval is infinite with fewer than MEDIAN_RUNS */
    bool is_exact;        /* the same in two runs or more */
};

struct stat_values {
    const struct stat_record *record;
    const char **programs; /* in the order of the first run */
    size_t program_count;
    struct stat_series *items; /* program by program, then all; metric by metric */
    size_t count;
};

/* The record must outlive them.  False: no memory.  stat_values_deinit() them in any case. */
bool stat_values_init(struct stat_values *values, const struct stat_record *record);
void stat_values_deinit(struct stat_values *values);

/* NULL: it is not known.  The only program is all of them, too. */
const struct stat_series *stat_values_find(const struct stat_values *values, const char *program,
                                           enum stat_metric metric);

/* "12345", "1.20 MB", "0.83 s", "1.25x".  Returns `text`. */
char *stat_metric_print(char text[static MEASURE_TEXT], enum stat_metric metric, double value);

/* How a value of two sides differs. */
enum stat_verdict {
    STAT_SAME,      /* equal in all runs of both */
    STAT_CHANGED,   /* equal in all runs of each side */
    STAT_DIFFERENT, /* by the rank sum test at 5 % */
    STAT_ALIKE,     /* not so */
    STAT_FEW_RUNS,  /* nothing can be said */
};
extern const char *const stat_verdict_names[];

struct stat_change {
    double share; /* of the medians: new / base - 1; NAN: the base has none of it */
    double p;     /* NAN: not tested */
    size_t runs[2];
    enum stat_verdict verdict;
};
struct stat_change stat_values_compare(const struct stat_series *base,
                                       const struct stat_series *changed);

#endif
