/* SPDX-License-Identifier: Apache-2.0
 *
 * Which call sites of two builds are one.  Those of equal paths are; what is left, which one side
 * alone has, is matched in levels by ever less of its path, so that what another compiler,
 * optimization or C library changes in it does not make one site a new and a gone one.
 */
#ifndef MEMPROF_COLLECTOR_PROFILE_MATCH_H
#define MEMPROF_COLLECTOR_PROFILE_MATCH_H

#include "collector/profile/sites.h"

/* What of their paths the two sides of a site have in common. */
enum compare_level {
    COMPARE_WHOLE_PATH,
    COMPARE_WITHOUT_SYSTEM, /* without frames of the C and C++ libraries and of their templates */
    COMPARE_INLINED,        /* when frames are folded that one build inlined */
    COMPARE_BASE_NAMES,     /* names without template arguments and parameters */
    COMPARE_OWN_FRAMES,     /* the two innermost functions of own code */
    COMPARE_LEAF,           /* the function that allocates */
};

struct site_match {
    uint32_t leader; /* the site it is put together with, of the new side if that has one */
    enum compare_level level;
    uint32_t folded, folded_function; /* COMPARE_INLINED: how many frames, and one of them */
    bool in[2];                       /* has samples there */
};

/* Whose code a module is, by the text of its name. */
enum code { CODE_OWN, CODE_OTHER, CODE_SYSTEM };
struct compare_options {
    enum code (*code_of)(void *context, const char *module);
    void *context;
};

/* One for each site of the table, which the caller frees; NULL: no memory. */
struct site_match *match_sites(const struct site_table *table, uint32_t base_runs,
                               const struct compare_options *options);

#endif
