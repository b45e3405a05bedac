/* SPDX-License-Identifier: Apache-2.0
 *
 * Source lines with the values beside them: what `go tool pprof -list` prints.
 */
#ifndef MEMPROF_TOOLS_TOP_LISTING_H
#define MEMPROF_TOOLS_TOP_LISTING_H

#include "tools/top/reading.h"

/* Of the functions that match options->patterns[TOP_SUBJECT]; *count: how many did. */
struct error *listing_print(const struct reading *reading, const struct top_options *options,
                            uint32_t *count);

#endif
