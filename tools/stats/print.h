/* SPDX-License-Identifier: Apache-2.0
 *
 * `memprof stats` for people, and for programs (memprof-stats(1) describes it).
 */
#ifndef MEMPROF_TOOLS_STATS_PRINT_H
#define MEMPROF_TOOLS_STATS_PRINT_H

#include "tools/stats/reading.h"

void stats_print_text(const struct stats *stats);
void stats_print_json(const struct stats *stats);

#endif
