/* SPDX-License-Identifier: Apache-2.0
 *
 * What stands above a view: which values of which profile, and what of it is not shown.
 */
#ifndef MEMPROF_TOOLS_TOP_HEADER_H
#define MEMPROF_TOOLS_TOP_HEADER_H

#include "tools/top/reading.h"

void header_print(const struct reading *reading, const struct top_options *options);

#endif
