/* SPDX-License-Identifier: Apache-2.0
 *
 * Gates: limits of how much a value may grow.
 */
#ifndef MEMPROF_TOOLS_DIFF_GATES_H
#define MEMPROF_TOOLS_DIFF_GATES_H

#include "tools/diff/sides.h"

#define GATES_ERROR    0.01 /* chance that any gate fails although nothing is over its limit */
#define GATES_RUNS     3    /* a side, at least */
#define GATES_LOST_MAX 0.001

enum gate_verdict { GATE_HOLDS, GATE_FAILS, GATE_CANNOT_JUDGE };

struct gate {
    const char *text; /* as it was given */
    enum gate_subject { GATE_TOTAL, GATE_FUNCTIONS, GATE_MODULES, GATE_NEW_SITES } subject;
    struct pattern *pattern; /* of GATE_FUNCTIONS and GATE_MODULES */
    enum profile_value type;
    double limit;     /* objects, bytes, or a share */
    bool is_relative; /* the limit is a share of the base */
    enum gate_verdict verdict;
    struct judged judged; /* the change itself */
    struct interval over; /* by how much it is over the limit */
    double sees;          /* the smallest change that it fails for 9 times in 10 */
    uint32_t site;        /* GATE_NEW_SITES: row of the largest; 0: none */
    const char *why;      /* GATE_CANNOT_JUDGE: a sentence without its end; NULL */
};

/* Reads all gates of the options and judges them.  The caller frees *gates by gates_destroy(). */
struct error *gates_judge(const struct sides *sides, struct gate **gates, size_t *count);
void gates_destroy(struct gate *gates, size_t count);

#endif
