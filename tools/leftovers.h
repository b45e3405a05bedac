/* SPDX-License-Identifier: Apache-2.0
 *
 * The table of states of running and killed processes.
 */
#ifndef MEMPROF_TOOLS_LEFTOVERS_H
#define MEMPROF_TOOLS_LEFTOVERS_H

#include "collector/collect.h"

/* Prints a header and a line per state on stdout; a sentence when there is none. */
void leftovers_print(const struct state_list *states);

#endif
