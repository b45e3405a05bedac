/* SPDX-License-Identifier: Apache-2.0
 *
 * The largest whole stacks, one below the other: the answers of `go tool pprof -traces`.
 */
#ifndef MEMPROF_TOOLS_TOP_STACKS_H
#define MEMPROF_TOOLS_TOP_STACKS_H

#include "tools/top/reading.h"

struct error *stacks_print(const struct reading *reading, const struct top_options *options);

#endif
