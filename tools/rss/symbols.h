/* SPDX-License-Identifier: Apache-2.0
 *
 * The largest variables of a process's modules, and how much of each is resident.
 */
#ifndef MEMPROF_TOOLS_RSS_SYMBOLS_H
#define MEMPROF_TOOLS_RSS_SYMBOLS_H

#include "tools/rss/reading.h"

/* Fills rss->symbols with so many at most. */
struct error *rss_find_symbols(struct rss *rss, size_t most);

#endif
