/* SPDX-License-Identifier: Apache-2.0
 *
 * memprof.budget: what a program, a module or a function may allocate, and what does not count.
 *
 *     METRIC PATTERN LIMIT [until DATE] # REASON
 *     ignore PATTERN until DATE # REASON
 *     leak:PATTERN
 *
 * Lines are kept as they were written, so that a number in them can be replaced.
 */
#ifndef MEMPROF_TOOLS_BUDGET_BUDGET_H
#define MEMPROF_TOOLS_BUDGET_BUDGET_H

#include "collector/base/error.h"
#include "collector/profile/pattern.h"
#include "tools/gates/limit.h"
#include "tools/gates/metric.h"
#include "tools/gates/spec.h"

enum budget_kind {
    BUDGET_TEXT,   /* empty, or a comment */
    BUDGET_LIMIT,  /* subject GATE_TOTAL: of the programs that `name` matches as a glob */
    BUDGET_IGNORE, /* subject GATE_TOTAL: by `name`, as LeakSanitizer matches */
    BUDGET_LEAK,   /* the same of LeakSanitizer's, which says nothing of what was freed */
};

struct budget_line {
    enum budget_kind kind;
    char *text; /* without its newline; owned */
    char *name; /* the pattern as it is written; owned */
    enum gate_subject subject;
    struct pattern *pattern; /* of GATE_FUNCTIONS and GATE_MODULES */
    enum metric metric;
    struct limit limit;
    size_t limit_at, limit_length; /* of the limit in `text` */
};

struct budget {
    struct budget_line *lines;
    size_t count, limit_count;
    struct error **problems; /* one for each line that is wrong */
    size_t problem_count;
    bool ends_in_newline;
};

/* Reads a file.  Lines that are wrong are among the problems; the error says that the file could
 * not be read at all.  budget_deinit() it in any case. */
struct error *budget_read(struct budget *budget, const char *path);
/* The same of bytes; `today` as date_today() has it. */
struct error *budget_parse(struct budget *budget, const char *bytes, size_t count, const char *path,
                           int today);
void budget_deinit(struct budget *budget);

#endif
