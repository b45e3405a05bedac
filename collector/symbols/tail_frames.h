/* SPDX-License-Identifier: Apache-2.0
 *
 * Puts functions that tail calls took out of stacks back into a profile.
 */
#ifndef MEMPROF_COLLECTOR_SYMBOLS_TAIL_FRAMES_H
#define MEMPROF_COLLECTOR_SYMBOLS_TAIL_FRAMES_H

#include "collector/symbols/calls.h"

/* The location of a caller is replaced, in the stacks where functions are missing, by one at the
 * same address with their lines as well, as if they were inlined there.  `profile` is the
 * one whose calls these are, or a copy of it.  False: no memory. */
bool tail_frames_apply(struct profile *profile, const struct symbol_calls *calls);

#endif
