/* SPDX-License-Identifier: Apache-2.0
 *
 * The table of `go tool pprof -top`: a row for each function, line, file or module.
 */
#ifndef MEMPROF_TOOLS_TOP_TABLE_H
#define MEMPROF_TOOLS_TOP_TABLE_H

#include "collector/profile/graph.h"
#include "tools/top/reading.h"

struct error *table_print(const struct reading *reading, const struct top_options *options);

/* The unit for a graph's values: from its smallest one that is shown. */
struct measure table_measure(const struct reading *reading, const struct profile_graph *graph);

/* "Showing nodes accounting for ...", and what was dropped. */
void table_print_summary(const struct reading *reading, const struct profile_graph *graph,
                         const struct measure *measure, double least);

/* The five columns of a row: its flat and cumulative values with their shares of the total,
 * and the share of `sum`, the flat values up to this row. */
void table_print_values(const struct reading *reading, const struct profile_row *row,
                        const struct measure *measure, int64_t sum);

#endif
