/* SPDX-License-Identifier: Apache-2.0
 *
 * What was in use over time, from a state into a profile.
 */
#ifndef MEMPROF_COLLECTOR_TAKE_TIMELINE_H
#define MEMPROF_COLLECTOR_TAKE_TIMELINE_H

#include "collector/profile/profile.h"
#include "collector/state/reader.h"

/* Adds a comment with at most some hundred points; the highest ones are among them.  False: no
 * memory. */
bool timeline_take(const struct state_reader *reader, struct profile *profile);

#endif
