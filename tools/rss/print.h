/* SPDX-License-Identifier: Apache-2.0
 *
 * `memprof rss` for people, and for programs (memprof-rss(1) describes it).
 */
#ifndef MEMPROF_TOOLS_RSS_PRINT_H
#define MEMPROF_TOOLS_RSS_PRINT_H

#include "tools/rss/reading.h"

/* So many modules at most. */
void rss_print_text(const struct rss *rss, size_t modules);
void rss_print_json(const struct rss *rss);

#endif
