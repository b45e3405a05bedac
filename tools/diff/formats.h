/* SPDX-License-Identifier: Apache-2.0
 *
 * The ways to print a report.  A format is a row here and a file NAME.c with a function
 * format_NAME(), which prints all of the report and keeps nothing.
 */
#ifndef MEMPROF_TOOLS_DIFF_FORMATS_H
#define MEMPROF_TOOLS_DIFF_FORMATS_H

#include <stddef.h>
#include <stdio.h>

#include "collector/base/error.h"

#define FORMAT_TABLE(ROW)                                                                          \
    ROW(text)     /* a person at a terminal */                                                     \
    ROW(markdown) /* a comment of a pull request, a job's summary */                               \
    ROW(json)     /* programs: all there is */                                                     \
    ROW(csv)      /* a spreadsheet */                                                              \
    ROW(junit)    /* what shows test results: a case for each gate */                              \
    ROW(github)   /* GitHub's log: annotations of source lines */                                  \
    ROW(sarif)    /* what shows findings of code scanners: SARIF 2.1.0 */

struct report;

/* Prints the report.  An error says what the format lacks (memory); whether `out` took what was
 * printed, the owner of `out` checks. */
#define FORMAT_DECLARE(name) struct error *format_##name(const struct report *report, FILE *out);
FORMAT_TABLE(FORMAT_DECLARE)
#undef FORMAT_DECLARE

struct format {
    const char *name;
    struct error *(*print)(const struct report *report, FILE *out);
};

/* By name; NULL: there is none. */
const struct format *format_find(const char *name, size_t length);
/* "text, json, ..." for messages; valid for good. */
const char *format_names(void);

#endif
