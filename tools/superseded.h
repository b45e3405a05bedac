/* SPDX-License-Identifier: Apache-2.0
 *
 * States of processes that are not to be seen from here, as a sidecar's are: which of them count as
 * ended.
 */
#ifndef MEMPROF_TOOLS_SUPERSEDED_H
#define MEMPROF_TOOLS_SUPERSEDED_H

#include <stdint.h>

#include "collector/state/list.h"

/* Of the states whose process may run or not, those in which nothing has happened for `stale_ns`
 * and that are older than another one of the same program are not live from now on. */
void superseded_note(struct state_list *states, uint64_t stale_ns);

#endif
