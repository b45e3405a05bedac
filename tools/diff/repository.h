/* SPDX-License-Identifier: Apache-2.0
 *
 * A checkout of sources: which of its files a profile's file name means, also when the program
 * was built in another directory, or in a checkout of another commit inside of this one.
 */
#ifndef MEMPROF_TOOLS_DIFF_REPOSITORY_H
#define MEMPROF_TOOLS_DIFF_REPOSITORY_H

#include <stdbool.h>
#include <stdint.h>

struct repository {
    char *root; /* absolute, without a slash at its end; "" for "/" */
    bool has_git;
    char **paths; /* by the number of a file name: its path, "" for none; NULL: not asked for */
    uint32_t count;
};

/* The directory that is given; else the job's (GITHUB_WORKSPACE, CI_PROJECT_DIR), else the
 * nearest directory upwards with a .git, else the working directory.  False: no memory. */
bool repository_init(struct repository *repository, const char *given);
void repository_deinit(struct repository *repository);

/* The path from the checkout's top, which stays the repository's; NULL: it is no file of it.  The
 * same name has the same number each time. */
const char *repository_find(struct repository *repository, uint32_t number, const char *file);

#endif
