/* SPDX-License-Identifier: Apache-2.0
 *
 * Any profile that pprof's tools write, gzip or plain; the bytes are not trusted.
 */
#ifndef MEMPROF_COLLECTOR_PROFILE_PPROF_DECODE_H
#define MEMPROF_COLLECTOR_PROFILE_PPROF_DECODE_H

#include "collector/base/error.h"
#include "collector/profile/profile.h"

/* `name` is for messages. */
struct error *pprof_decode(const void *bytes, size_t count, const char *name,
                           struct profile **profile);

#endif
