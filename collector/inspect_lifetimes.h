/* SPDX-License-Identifier: Apache-2.0
 *
 * The part of `inspect` that prints how blocks lived: the tables LIFE and FREED_AT.
 */
#ifndef MEMPROF_COLLECTOR_INSPECT_LIFETIMES_H
#define MEMPROF_COLLECTOR_INSPECT_LIFETIMES_H

#include "collector/state/info.h"

#include <stdio.h>

/* What is recorded, and the sums of it; nothing of a state without. */
void inspect_put_lifetimes(FILE *out, const struct state_reader *reader,
                           const struct state_info *info);

/* Each record.  Stacks are named by the numbers of their nodes. */
void inspect_put_lives(FILE *out, const struct state_reader *reader);

#endif
