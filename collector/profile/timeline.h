/* SPDX-License-Identifier: Apache-2.0
 *
 * What was in use over time, as a profile carries it: in a comment that begins with '#', which
 * `go tool pprof` and `memprof top` do not print.
 *
 *   #memprof: timeline 1 MS,INUSE,BYTES,OBJECTS MS,INUSE,BYTES,OBJECTS ...
 *
 * 1 is the version; then a point each, by time: milliseconds since the start, bytes in use, bytes
 * and objects allocated so far; all decimal, each less that of the point before.
 */
#ifndef MEMPROF_COLLECTOR_PROFILE_TIMELINE_H
#define MEMPROF_COLLECTOR_PROFILE_TIMELINE_H

#include "collector/profile/profile.h"

#include <stdbool.h>
#include <stdint.h>

#define PROFILE_TIMELINE_MOST 10000u /* points that are read */

struct profile_point {
    uint64_t ms; /* since recording began */
    uint64_t inuse_bytes, allocated_bytes, allocated_objects;
};

/* Adds the comment; without points there is none.  False: no memory. */
bool profile_timeline_add(struct profile *profile, const struct profile_point *points,
                          uint32_t count);

/* *points is the caller's to free; *count 0: the profile has none, of another version, or what
 * cannot be right.  False: no memory. */
bool profile_timeline_read(const struct profile *profile, struct profile_point **points,
                           uint32_t *count);

#endif
