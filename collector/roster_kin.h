/* SPDX-License-Identifier: Apache-2.0
 *
 * Which of the recorded processes descend from which.
 */
#ifndef MEMPROF_COLLECTOR_ROSTER_KIN_H
#define MEMPROF_COLLECTOR_ROSTER_KIN_H

#include "collector/roster.h"

#include <stdbool.h>

/* The entry from which `entry` descends most closely; NULL: none. */
const struct roster_entry *roster_parent(const struct roster *roster,
                                         const struct roster_entry *entry);
/* Does it descend from `ancestor`, or is it that? */
bool roster_descends(const struct roster *roster, const struct roster_entry *entry,
                     const struct roster_entry *ancestor);

#endif
