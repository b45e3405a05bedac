/* SPDX-License-Identifier: Apache-2.0
 *
 * How often a gate would fail, over many ways to take runs of one program.
 */
#ifndef MEMPROF_TOOLS_SELF_TEST_HALVES_H
#define MEMPROF_TOOLS_SELF_TEST_HALVES_H

#include "tools/diff/gates.h"

#define HALVES 200

struct halves {
    uint32_t comparisons;
    uint32_t false_alarms; /* of A's runs against A's other runs */
    uint32_t unsure;       /* such that could not be judged */
    uint32_t found;        /* of A's runs against B's */
};

/* The base of `sides` has 2n runs of A, the other side n of B.  In each comparison half of A's are
 * drawn by chance, the same ones in every self-test.  False: no memory. */
bool halves_judge(const struct sides *sides, const struct gate_spec *spec, struct halves *halves);

#endif
