/* SPDX-License-Identifier: Apache-2.0
 *
 * The comments of a profile: how it was made, and what is missing.
 */
#ifndef MEMPROF_COLLECTOR_COMMENTS_H
#define MEMPROF_COLLECTOR_COMMENTS_H

#include "collector/collect.h"
#include "collector/profile/profile.h"
#include "collector/state/reader.h"
#include "collector/symbolize.h"

/* False: no memory. */
bool comments_add(struct profile *profile, const struct state_info *info);
/* What could not be named goes into result->warning, too, and into result->remark how
 * the files were read. */
bool comments_add_symbols(struct profile *profile, const struct symbolize_report *report,
                          struct collect_result *result);

#endif
