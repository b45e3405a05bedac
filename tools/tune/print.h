/* SPDX-License-Identifier: Apache-2.0
 *
 * What `memprof tune` says at the end.
 */
#ifndef MEMPROF_TOOLS_TUNE_PRINT_H
#define MEMPROF_TOOLS_TUNE_PRINT_H

#include "tools/tune/verdict.h"

/* False: no memory. */
bool tune_print(const struct tune_settings *settings, const struct tune_options *options,
                const struct tune_runs *runs, const struct tune_verdict *verdict);

#endif
