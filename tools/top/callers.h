/* SPDX-License-Identifier: Apache-2.0
 *
 * Callers and callees of some functions: what `go tool pprof -peek` prints.
 */
#ifndef MEMPROF_TOOLS_TOP_CALLERS_H
#define MEMPROF_TOOLS_TOP_CALLERS_H

#include "tools/top/reading.h"

/* Of the functions that match options->patterns[TOP_SUBJECT]; *count: how many did. */
struct error *callers_print(const struct reading *reading, const struct top_options *options,
                            uint32_t *count);

#endif
