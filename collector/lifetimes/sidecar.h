/* SPDX-License-Identifier: Apache-2.0
 *
 * The lifetimes of a run as a file beside its profile: NAME.lifetimes.gz beside NAME.pb.gz.
 *
 * It is a profile.proto file with other types of values, written and read by the code that writes
 * and reads profiles, and pprof opens it, too.  docs/lifetimes.md describes it.
 */
#ifndef MEMPROF_COLLECTOR_LIFETIMES_SIDECAR_H
#define MEMPROF_COLLECTOR_LIFETIMES_SIDECAR_H

#include "collector/base/error.h"
#include "collector/lifetimes/lifetimes.h"

#define SIDECAR_FORMAT 1
#define SIDECAR_SUFFIX ".lifetimes.gz"

/* What to do where there are none, as the end of a message. */
#define LIFETIMES_MISSING                                                                          \
    "it has no lifetimes; try 'memprof run --advise', or MEMPROF_LIFETIMES=8 with "                \
    "MEMPROF_INTERVAL=1"

/* Gives the lifetimes' profile, which can be interned into and has neither types nor samples, those
 * of the file; pprof_encode() writes it.  False: no memory. */
bool sidecar_fill(struct lifetimes *lifetimes);

/* The other way: `lifetimes` takes the profile over in any case.  `name` is for messages. */
struct error *sidecar_understand(struct lifetimes *lifetimes, struct profile *profile,
                                 const char *name);

/* A file's lifetimes. */
struct error *sidecar_read(struct lifetimes *lifetimes, const char *path);

/* Whether a profile that was read is one of lifetimes, of whatever format. */
bool sidecar_is(const struct profile *profile);

/* The name of the file beside a profile; NULL: no memory. */
char *sidecar_name(const char *profile_path);

#endif
