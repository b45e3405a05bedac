/* SPDX-License-Identifier: Apache-2.0
 *
 * The runs of `memprof tune`: each setting by turns, so that a computer that becomes slower does so
 * for all of them, and the first round is not counted.
 */
#ifndef MEMPROF_TOOLS_TUNE_RUNS_H
#define MEMPROF_TOOLS_TUNE_RUNS_H

#include "tools/tune/settings.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum tune_value { TUNE_PEAK, TUNE_END, TUNE_CPU, TUNE_WALL, TUNE_FAULTS, TUNE_VALUES };

struct tune_options {
    char **argv; /* of the program */
    const char *path;
    const char *library; /* that records; NULL: nothing is recorded */
    size_t runs;         /* of each setting that count */
};

/* What is resident when that is the most, and live of it; of the runs as it is. */
struct tune_peak {
    bool is_known;
    uint64_t rss, allocator_rss, live;
};

struct tune_runs {
    size_t count;   /* of each setting */
    double *values; /* [setting][value][run]: bytes, bytes, ns, ns, faults; NaN: not known */
    bool *failed;   /* of a setting: the program did not end as it does without */
    struct tune_peak peak;
};

static inline double *tune_values(const struct tune_runs *runs, size_t setting,
                                  enum tune_value value)
{
    return runs->values + (setting * TUNE_VALUES + value) * runs->count;
}

/* Runs them all.  An error: the program cannot be started, fails as it is, or a signal came.
 * tune_runs_deinit() them in any case. */
struct error *tune_runs_make(struct tune_runs *runs, const struct tune_settings *settings,
                             const struct tune_options *options);
void tune_runs_deinit(struct tune_runs *runs);

#endif
