/* SPDX-License-Identifier: Apache-2.0
 *
 * A profile of a running process as a file, by the rules of all profiles: nothing is replaced but
 * an older profile of ours, no link is followed, and there is never half of a file.
 */
#ifndef MEMPROF_COLLECTOR_SAVE_H
#define MEMPROF_COLLECTOR_SAVE_H

#include "collector/base/error.h"
#include "collector/profile/profile.h"
#include "collector/state/info.h"

#include <sys/types.h>

/* A file that was written: its name, and which one it is. */
struct save_file {
    char *path; /* NULL: none */
    dev_t device;
    ino_t inode;
};

/* `template` is a name with %e %p %t %% for what `info` says.  *file is set on success alone, and
 * the caller forgets it.  Signals wait while the file gets its name. */
struct error *save_profile(const struct profile *profile, const struct state_info *info,
                           const char *template, struct save_file *file);
void save_file_forget(struct save_file *file);
/* Removes it, if that name is still this file; and forgets it. */
void save_file_remove(struct save_file *file);

#endif
