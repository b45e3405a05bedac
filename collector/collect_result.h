/* SPDX-License-Identifier: Apache-2.0
 *
 * What a collection tells of its process.
 */
#ifndef MEMPROF_COLLECTOR_COLLECT_RESULT_H
#define MEMPROF_COLLECTOR_COLLECT_RESULT_H

#include "collector/base/error.h"
#include "collector/collect_options.h"
#include "collector/state/info.h"

struct error *collect_result_fill(struct collect_result *result, const struct state_info *info);

#endif
