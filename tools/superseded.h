/* SPDX-License-Identifier: Apache-2.0
 *
 * States of processes that are not to be seen from here, as a sidecar's are: which of them count as
 * ended.
 */
#ifndef MEMPROF_TOOLS_SUPERSEDED_H
#define MEMPROF_TOOLS_SUPERSEDED_H

#include <stdint.h>

#include "collector/state/list.h"

/* Looks at the states of which we cannot see whether their process runs.  A state in which nothing
 * has happened for `stale_ns` counts as ended from now on if there is a newer one of the same
 * program. */
void superseded_note(struct state_list *states, uint64_t stale_ns);

#endif
