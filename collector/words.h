/* SPDX-License-Identifier: Apache-2.0
 *
 * The command line that a state has.
 */
#ifndef MEMPROF_COLLECTOR_WORDS_H
#define MEMPROF_COLLECTOR_WORDS_H

#include "collector/state/info.h"

/* Cut at 4 KiB, with spaces between the words; the caller frees it.  NULL: no memory. */
char *words_of_state(const struct state_info *info);

#endif
