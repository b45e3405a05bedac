/* SPDX-License-Identifier: Apache-2.0
 *
 * Limits as people write them: "2%", "64KiB", "1.5M", "100", "0.25".
 */
#ifndef MEMPROF_TOOLS_GATES_LIMIT_H
#define MEMPROF_TOOLS_GATES_LIMIT_H

#include <stdbool.h>

#include "tools/gates/metric.h"

struct limit {
    double number;    /* objects, bytes or a share */
    bool is_relative; /* a share */
};

/* What a limit of this metric may look like, for messages. */
const char *limit_examples(enum metric metric);

/* Sizes may have a unit (B, K, KB, KiB, M, G; 1024-based), numbers of objects have none, and
 * only what an operation costs has a fraction.  False: it is no such limit, or is too large. */
bool limit_parse(const char *text, enum metric metric, struct limit *limit);

/* The least absolute limit that is not below `number`, in the unit of `like` if it divides
 * evenly or rounds up by less than a hundredth, else exactly.  Returns `text`. */
char *limit_text(char text[static MEASURE_TEXT], enum metric metric, const char *like,
                 double number);

#endif
