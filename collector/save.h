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

/* `template` is a name with %e %p %t %% for what `info` says.  *path is the name it became, which
 * the caller frees; it is set on success alone.  Signals wait while the file gets its name. */
struct error *save_profile(const struct profile *profile, const struct state_info *info,
                           const char *template, char **path);

#endif
