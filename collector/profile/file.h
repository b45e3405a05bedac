/* SPDX-License-Identifier: Apache-2.0
 *
 * A profile from a file: gzip or plain.
 */
#ifndef MEMPROF_COLLECTOR_PROFILE_FILE_H
#define MEMPROF_COLLECTOR_PROFILE_FILE_H

#include "collector/base/error.h"
#include "collector/profile/profile.h"

/* "-" is standard input.  The caller calls profile_destroy(). */
struct error *profile_read(const char *path, struct profile **profile);

#endif
