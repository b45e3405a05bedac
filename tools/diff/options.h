/* SPDX-License-Identifier: Apache-2.0
 *
 * What `memprof diff` was asked for.
 */
#ifndef MEMPROF_TOOLS_DIFF_OPTIONS_H
#define MEMPROF_TOOLS_DIFF_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "collector/profile/pattern.h"
#include "collector/profile/profile.h"
#include "tools/diff/outputs.h"

#define DIFF_COMMAND "diff"

/* What a gate that cannot be judged counts as. */
enum diff_unsure { DIFF_UNSURE_SAY, DIFF_UNSURE_FAIL, DIFF_UNSURE_HOLD };

struct diff_options {
    const char *type;         /* of the rows that are shown; NULL: alloc_space or inuse_space */
    uint64_t limit;           /* rows of each kind */
    double least_share;       /* a row is compared from this share of the whole on ... */
    double least_bytes;       /* ... or from this size on */
    struct pattern *own;      /* modules of own code; NULL: those below the program's directory */
    const char *const *gates; /* as they were given */
    size_t gate_count;
    enum diff_unsure unsure;
    struct outputs outputs;
    const char *repository, *link; /* of places in sources; NULL: found out */
    const char *ratchet;           /* file of the best values; NULL: none */
    bool ratchet_update;
    const char *commit; /* that the ratchet notes; NULL: it is found out */
    bool self_test;     /* instead of comparing profiles ... */
    uint64_t runs;      /* ... a side ... */
    uint64_t interval;  /* ... in bytes ... */
    char **program;     /* ... of this program, whose arguments follow; in argv */
    bool fold_templates, allow_program, one_run;
    char **base, **changed; /* names of files and directories, in argv */
    size_t base_count, changed_count;
};

/* -1: go on; else the exit status.  diff_options_deinit() them in any case. */
int diff_options_parse(struct diff_options *options, int argc, char **argv);
void diff_options_deinit(struct diff_options *options);

#endif
