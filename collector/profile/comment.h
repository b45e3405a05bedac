/* SPDX-License-Identifier: Apache-2.0
 *
 * What a profile says of itself, in its comments.
 */
#ifndef MEMPROF_COLLECTOR_PROFILE_COMMENT_H
#define MEMPROF_COLLECTOR_PROFILE_COMMENT_H

#include "collector/profile/profile.h"

#include <stdbool.h>
#include <stdint.h>

/* The number behind "memprof: KEY " in the first comment that has one there. */
bool profile_find_number(const struct profile *profile, const char *key, uint64_t *number);

/* What stands behind "memprof: KEY ", or "#memprof: KEY ", there; NULL: no comment has it. */
const char *profile_find_text(const struct profile *profile, const char *key);

/* The moment there (RFC 3339 in UTC), in nanoseconds since 1970. */
bool profile_find_time(const struct profile *profile, const char *key, uint64_t *ns);

/* Comments that begin with "#memprof: " are about the one run that a profile is of and the machine
 * where that ran: they are in files, and in no sum and nothing that is sent. */
bool profile_comment_is_of_run(const char *comment);

/* Events of which something was lost.  A merged profile has those of all its parts. */
uint64_t profile_lost_events(const struct profile *profile);

/* Whether memprof wrote it, or a part of it. */
bool profile_is_ours(const struct profile *profile);

#endif
