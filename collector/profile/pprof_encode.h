/* SPDX-License-Identifier: Apache-2.0
 *
 * A profile as the file that pprof's tools read: profile.proto, one gzip member.
 */
#ifndef MEMPROF_COLLECTOR_PROFILE_PPROF_ENCODE_H
#define MEMPROF_COLLECTOR_PROFILE_PPROF_ENCODE_H

#include "collector/base/error.h"
#include "collector/profile/profile.h"

/* Called now and then with done <= total; may be NULL. */
typedef void pprof_progress(void *context, uint64_t done, uint64_t total);

/* Writes to a descriptor, which stays the caller's; `name` is for messages. */
struct error *pprof_encode(const struct profile *profile, int fd, const char *name,
                           pprof_progress *progress, void *context);

#endif
