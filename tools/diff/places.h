/* SPDX-License-Identifier: Apache-2.0
 *
 * Where in the source repository a row of a report is, as code hosts name it: by the path from the
 * repository's top directory.
 */
#ifndef MEMPROF_TOOLS_DIFF_PLACES_H
#define MEMPROF_TOOLS_DIFF_PLACES_H

#include <stdint.h>
#include <stdio.h>

#include "tools/diff/report.h"

struct place {
    const char *file;  /* as the profile has it; "": not known */
    int32_t line;      /* 0: not known */
    const char *path;  /* in the repository, valid as long as the report; NULL: it is not in it */
    uint32_t function; /* whose file and line this is */
};

/* Of a site: the innermost frame whose file is in the repository, else the innermost of all. */
void place_of_row(struct place *place, const struct report *report, uint32_t row);
/* The same for the site of a path. */
void place_of_path(struct place *place, const struct report *report, uint32_t path);

/* A path as it stands in a URI. */
void place_put_encoded(FILE *out, const char *path);
/* A link to a place by the options' template, or by what the environment of GitHub's and GitLab's
 * jobs tells.  The caller frees it; NULL: there is none, or no memory. */
char *place_link(const struct place *place, const struct report *report);

#endif
