/* SPDX-License-Identifier: Apache-2.0
 *
 * Which row of a table a frame belongs to: frames that pprof prints alike share one.
 */
#ifndef MEMPROF_COLLECTOR_PROFILE_ROWS_H
#define MEMPROF_COLLECTOR_PROFILE_ROWS_H

#include "collector/profile/profile.h"

/* What a row stands for. */
enum profile_granularity {
    PROFILE_BY_FUNCTION,
    PROFILE_BY_LINE,    /* function, file and line */
    PROFILE_BY_FILE,    /* source file */
    PROFILE_BY_MODULE,  /* program or library */
    PROFILE_BY_ADDRESS, /* one for each call instruction */
    PROFILE_BY_LISTING, /* as lines, or addresses where there are none; modules stay apart */
};

enum profile_inlining { PROFILE_NOT_INLINED, PROFILE_PARTLY_INLINED, PROFILE_INLINED };

struct profile_row {
    char *label;          /* how pprof prints it; owned by the rows */
    uint32_t name;        /* of the function, a string of the profile; 0: none */
    const char *function; /* the same as text; "": none, or not asked for */
    const char *file;     /* the same, without "." and ".."; the rows' or the profile's */
    const char *module;   /* where nothing else is known, and in listings */
    int64_t start_line;   /* in listings */
    int32_t line;         /* 0: none, or not asked for */
    uint64_t address;     /* the same */
    int64_t flat, cumulative;
    enum profile_inlining inlining; /* into all of its callers, or some */
};

/* A location without lines counts as one line of which only the module is known. */
struct profile_rows {
    struct profile_row *items;
    uint32_t count, capacity;
    bool *may_be_inlined; /* by row: some frame of it is inlined into its caller */
    /* Rows of a location's lines, innermost first: of_slot[first_slot[location] ..
     * first_slot[location + 1]). */
    uint32_t *first_slot, *of_slot;
    char **clean_files; /* by string: what it was made of, where it was not clean */
    uint32_t string_count;
};

/* Their values are 0.  profile_rows_deinit() it in any case.  False: no memory. */
bool profile_rows_init(struct profile_rows *rows, const struct profile *profile,
                       enum profile_granularity granularity);
void profile_rows_deinit(struct profile_rows *rows);

#endif
