/* SPDX-License-Identifier: Apache-2.0
 *
 * Earlier looks at the process whose lifetimes these are: how many blocks of each stack were alive
 * then.  Its code was at the same addresses, so two stacks are one if their addresses are.
 */
#ifndef MEMPROF_COLLECTOR_LIFETIMES_LOOK_H
#define MEMPROF_COLLECTOR_LIFETIMES_LOOK_H

#include "collector/lifetimes/lifetimes.h"

/* What a heap profile of the process says is in use.  Stacks that are not in `lifetimes` are left
 * out.  False: no memory. */
bool look_add_profile(struct lifetimes *lifetimes, const struct profile *heap);

/* The same of its lifetimes, as they were then. */
bool look_add_lifetimes(struct lifetimes *lifetimes, const struct lifetimes *earlier);

/* When lifetimes were taken, in nanoseconds since 1970. */
uint64_t look_time_ns(const struct lifetimes *lifetimes);

#endif
