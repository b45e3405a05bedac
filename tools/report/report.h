/* SPDX-License-Identifier: Apache-2.0
 *
 * From profiles to the file of a report.
 */
#ifndef MEMPROF_TOOLS_REPORT_REPORT_H
#define MEMPROF_TOOLS_REPORT_REPORT_H

#include "collector/base/error.h"
#include "tools/inputs.h"
#include "tools/report/sources.h"

struct report_options {
    const char *output; /* "-": standard output; NULL: named after the first input */
    struct sources_options sources;
    uint64_t most_nodes;
    int argc; /* how the command was typed, for the report */
    char **argv;
};

/* There is a whole report, or none.  `base` may be NULL. */
struct error *report_make(const struct report_options *options, const struct inputs *inputs,
                          const struct inputs *base);

#endif
