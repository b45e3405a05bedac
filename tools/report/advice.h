/* SPDX-License-Identifier: Apache-2.0
 *
 * What `memprof advise` says of the profile of a report.
 */
#ifndef MEMPROF_TOOLS_REPORT_ADVICE_H
#define MEMPROF_TOOLS_REPORT_ADVICE_H

#include <stdbool.h>
#include <stdio.h>

#include "collector/advise/advice_list.h"
#include "tools/argument.h"

struct report_advice {
    bool is_known; /* there are lifetimes, from which the rest follows */
    struct lifetimes lifetimes;
    struct advise_sites sites;
    struct advice_list list;
};

/* What cannot be read is as if it were not there: nobody asked for it.  report_advice_deinit() it
 * in any case. */
void report_advice_read(struct report_advice *advice, const struct argument *argument);
void report_advice_deinit(struct report_advice *advice);

/* As members of a JSON object. */
void report_advice_put(FILE *out, const struct report_advice *advice);

#endif
