/* SPDX-License-Identifier: Apache-2.0
 *
 * What a report's script has to know beside the columns: types, views, what is said of them, and
 * the advice, as JSON.  page/format.js reads it.
 */
#ifndef MEMPROF_TOOLS_REPORT_ABOUT_H
#define MEMPROF_TOOLS_REPORT_ABOUT_H

#include <stdio.h>

#include "tools/report/advice.h"
#include "tools/report/facts.h"
#include "tools/report/sources.h"
#include "tools/report/views.h"

struct report_about {
    const struct report_facts *facts;
    const struct report_views *views;
    const struct report_sources *sources;
    const struct report_advice *advice;
    uint32_t folded, most_nodes; /* how many nodes were folded, and how many were to stay */
    bool is_other_program;       /* the base is */
    bool has_sources;            /* they were looked for */
};

void report_about_put(FILE *out, const struct report_about *about);

#endif
