/* SPDX-License-Identifier: Apache-2.0
 *
 * The directory of a result: it is filled under another name and takes its own when it is
 * complete, so that nobody ever meets half of one.
 */
#ifndef MEMPROF_TOOLS_STAT_DIRECTORY_H
#define MEMPROF_TOOLS_STAT_DIRECTORY_H

#include <stdbool.h>

#include "collector/base/error.h"

#define STAT_DIRECTORY_WORK "work" /* in which the profiles of the run at hand are made */

struct stat_directory {
    char *path;      /* absolute; where the result is to be */
    char *temporary; /* absolute, beside it; NULL: not made, or in its place by now */
};

/* `path` must be one that is missing, empty, or has an earlier result and nothing else.  Nothing
 * is made yet.  stat_directory_deinit() it in any case. */
struct error *stat_directory_init(struct stat_directory *directory, const char *path);
/* Makes the temporary one. */
struct error *stat_directory_begin(struct stat_directory *directory);
/* It takes its place, and what was there before is removed. */
struct error *stat_directory_finish(struct stat_directory *directory);
/* Removes the temporary one, if it is still there. */
void stat_directory_deinit(struct stat_directory *directory);

#endif
