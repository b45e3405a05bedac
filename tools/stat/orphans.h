/* SPDX-License-Identifier: Apache-2.0
 *
 * Processes that a run's program leaves behind: they become our children, so that none is
 * overlooked, whether it was recorded already or not.
 */
#ifndef MEMPROF_TOOLS_STAT_ORPHANS_H
#define MEMPROF_TOOLS_STAT_ORPHANS_H

#include <stddef.h>
#include <sys/types.h>

/* From here on. */
void stat_orphans_adopt(void);
/* Reaps those that have ended, as init would at once: the program may wait for it.  `program` is
 * another child, which is left alone. */
void stat_orphans_reap(pid_t program);
/* How many there are; those that have ended are reaped.  Our own helpers do not count. */
size_t stat_orphans_count(void);

#endif
