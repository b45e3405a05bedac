/* SPDX-License-Identifier: Apache-2.0
 *
 * Gates: limits of how much a value may grow.
 */
#ifndef MEMPROF_TOOLS_DIFF_GATES_H
#define MEMPROF_TOOLS_DIFF_GATES_H

#include "tools/diff/sides.h"
#include "tools/gates/spec.h"

#define GATES_ERROR 0.01 /* chance that any gate fails although nothing is over its limit */
#define GATES_RUNS  3    /* a side, at least */
#define GATES_POWER 0.9  /* of the change that a gate says it sees */

enum gate_verdict { GATE_HOLDS, GATE_FAILS, GATE_CANNOT_JUDGE };

struct gate {
    struct gate_spec spec;
    char *text; /* as it was given, and what it is held to if that is not the base; owned */
    enum profile_value type; /* that the metric is computed from */
    enum gate_verdict verdict;
    bool is_ratchet; /* it is held to the best value of a ratchet, not to the base */
    double best;
    int best_date;        /* as date_today() has it */
    char *best_commit;    /* owned */
    bool is_hindered;     /* it cannot be judged whatever the numbers are: never a pass */
    bool is_measured;     /* NEW's value is known ... */
    double reached;       /* ... and this is its upper end */
    struct judged judged; /* the change itself */
    struct interval over; /* by how much it is over the limit */
    struct needs needs;   /* GATE_CANNOT_JUDGE: what puts the limit outside of the interval */
    double sees;          /* the smallest change that it fails for 9 times in 10 */
    uint32_t site;        /* GATE_NEW_SITES: row of the largest; 0: none */
    const char *why; /* why, with GATE_CANNOT_JUDGE: a sentence without its full stop; else NULL */
};

/* Reads all gates of the options, and the ratchet, and judges them.  A gate that the ratchet has a
 * best value of is two: one against the base, one against that.  The caller frees *gates by
 * gates_destroy(). */
struct error *gates_judge(const struct sides *sides, struct gate **gates, size_t *count);
/* What one gate alone says of two sides of runs, whatever else is known of them. */
enum gate_verdict gate_compare(const struct gate_spec *spec, const struct side *base,
                               const struct side *changed);
void gates_destroy(struct gate *gates, size_t count);

#endif
