/* SPDX-License-Identifier: Apache-2.0
 *
 * What the runs say: which settings differ from the program as it is by more than chance, which of
 * them are the best, and which one is recommended.
 */
#ifndef MEMPROF_TOOLS_TUNE_VERDICT_H
#define MEMPROF_TOOLS_TUNE_VERDICT_H

#include "tools/tune/runs.h"

struct tune_number {
    double mean, deviation; /* of one run */
    double change;          /* of the mean, from the first setting's; 0.1: a tenth more */
    bool is_different;      /* by more than the noise, all comparisons considered */
};

struct tune_row {
    size_t setting;
    struct tune_number numbers[TUNE_VALUES];
    bool is_best; /* no other takes both less memory and less time */
};

struct tune_verdict {
    struct tune_row *rows; /* the lowest peak first; those that failed are not among them */
    size_t count;
    size_t recommended; /* a setting; 0: none */
};

/* False: no memory.  tune_verdict_deinit() it in any case. */
bool tune_verdict_init(struct tune_verdict *verdict, const struct tune_settings *settings,
                       const struct tune_runs *runs);
void tune_verdict_deinit(struct tune_verdict *verdict);

#endif
